//! The real answer, damaged on its way: the call is made, and what comes back is
//! not what was sent.
//!
//! ```toml
//! id = "invoices-cut"
//! target = { service = "s3", operation = "GetObject" }
//! fault.corrupt = { truncate = -1 }
//! when.rate = "10%"
//! ```
//!
//! | `corrupt =` | the body |
//! |---|---|
//! | [`{ flip = 3 }`](#flip) | some bytes are others |
//! | [`{ truncate = 100 }`](#truncate) | ends early |
//! | [`"garbage"`](#garbage) | all bytes are others |
//! | [`{ wrong_length = 10 }`](#wrong_length) | is not as long as the answer says |
//! | [`{ drop = [..], replace = {..} }`](#drop-and-replace) | lacks members, or has other values |
//!
//! # In code
//!
//! ```
//! use chaos_core::{Chaos, fault, spec::{CorruptFault, Ending, Truncate}};
//! # let _ = fault("s3", "GetObject").corrupt(CorruptFault::flip(3));
//!
//! # let chaos = Chaos::builder().build()?;
//! let cut = Truncate::after(100_000).by(Ending::Reset); // or CorruptFault::truncate(100_000)
//! let outage = chaos.scope(fault("s3", "GetObject").corrupt(cut).times(1));
//! // ... the first download breaks off ...
//! # chaos.decide(&chaos_core::described::call("s3", "GetObject").context());
//! outage.assert_injected(1);
//! # Ok::<(), chaos_core::door::Problems>(())
//! ```
//!
//! # What an AWS SDK caller sees
//!
//! Two kinds of operations differ. Most read their answer whole, within the attempt:
//! there the client can try again. A download (S3 `GetObject`) streams: `send()` has
//! succeeded, and the error comes from the body, in one attempt.
//!
//! | damage | answer read whole | download |
//! |---|---|---|
//! | `flip`, `garbage`, `truncate` by `end`, `wrong_length` below 0 | cannot be parsed: `ServiceError`, 1 attempt. Inside a value: not noticed | all "well", unless S3 tells a checksum: then "body checksum mismatch" |
//! | `truncate` by `close` or `reset`, `wrong_length` above 0 | `ResponseError`, 3 attempts | an error from the body, after the bytes that came |
//! | `drop`, `replace` | another answer, or one that cannot be parsed | headers only |
//!
//! No client setting changes this, but for the checksums of S3.
//!
//! # What a reqwest caller sees
//!
//! `send()` is `Ok`, and nobody tries again: the answer was there.
//!
//! | damage | reading the body |
//! |---|---|
//! | `flip`, `garbage` | other bytes; `is_decode()` from `json()` where they are no JSON |
//! | `truncate` by `close` or `reset`, `wrong_length` above 0 | the bytes before, then `is_decode()`, never `is_body()` |
//! | `truncate` by `end`, `wrong_length` below 0 | a shorter answer, without an error |
//! | `drop`, `replace` | another answer |
//!
//! Damage is done to what the application sees, after decompression.
//!
//! # `flip`
//!
//! So many bytes, 1 to 1024, at positions that are drawn; or those at the positions that
//! you give, counted from 0. A flipped byte is never the byte that it was. The same
//! seed flips the same bytes, however the body is cut into chunks.
//!
//! ```toml
//! id = "invoices-flipped"
//! target = { service = "s3", operation = "GetObject" }
//! fault.corrupt = { flip = { at = [0, 17] } }
//! when.rate = "100%"
//! ```
//!
//! # `truncate`
//!
//! Ends after so many bytes or, below zero, so many bytes before the end (at most
//! 65,536, which are held back). A body that is shorter stays whole.
//!
//! ```toml
//! id = "invoices-lost"
//! target = { service = "s3", operation = "GetObject" }
//! fault.corrupt = { truncate = { after = 100_000, by = "end" } }
//! when.rate = "100%"
//! ```
//!
//! | `by =` | how it ends |
//! |---|---|
//! | `"close"` (the default) | the peer closes the connection in the middle |
//! | `"reset"` | the peer resets it |
//! | `"end"` | properly, with a length that fits: a cache that lost the rest. Only a checksum shows it |
//!
//! # `garbage`
//!
//! All bytes are others, as many as they were.
//!
//! # `wrong_length`
//!
//! The answer's `content-length` is so many bytes more or, below zero, less than it has.
//! Above zero the body ends as with `close`. Below zero it is a shorter answer. An
//! answer that does not tell its length (chunks, compression) has no wrong one: it
//! passes, with a warning.
//!
//! # `drop` and `replace`
//!
//! Members of the parsed answer by their dotted paths, in the names of the wire, with
//! numbers from 0 for lists and `*` for all; headers as `header:NAME`. The two may
//! stand together.
//!
//! ```toml
//! id = "prices-odd"
//! target = { service = "dynamodb", operation = "GetItem" }
//! fault.corrupt = { drop = ["Item.currency"], replace = { "Item.price.N" = "-1" } }
//! when.rate = "100%"
//! ```
//!
//! ```toml
//! id = "payments-without-etag"
//! target = { host = "api.payments.example", path = "/v1/charge/*" }
//! fault.corrupt = { drop = ["header:etag"], replace = { "items.*.state" = "unknown" } }
//! when.rate = "100%"
//! ```
//!
//! JSON, XML and CBOR, of at most 1 MiB
//! ([`MAX_EDITED_BYTES`](crate::caps::MAX_EDITED_BYTES)), because such an answer is read
//! whole; at most 100 members. Bytes that no path names stay as they were. Names that
//! hold a dot cannot be written. How XML and CBOR take values: `docs/decisions.md`.
//!
//! # Limits
//!
//! * Nothing but `drop` and `replace` gathers the body: a download of any size streams
//!   through.
//! * Answers to `HEAD` have no body: with `reqwest` the call passes, with that reason.
//! * What an answer turns out not to have (the members, a length, enough bytes) leaves
//!   it as it is, with a warning in `tracing` that names the spec. It does not count as
//!   injected; a scope's `without_effect()`, the journal and `assert_injected` say why.
//!   `times` and `max` stay used up: the call was chosen before the answer was there.
//! * Errors that the service answers with are damaged as successes are.
//! * Requests are not damaged; nor are heads, chunks or compression made malformed.
