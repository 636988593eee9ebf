//! Recorded answers where people keep them: files, folders and zips.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_core::caps;
use chaos_core::door::{Node, Problems, read_json, read_toml};
use chaos_core::pill::{PillFault, PillFiles, inline_files, read_pills, visit_pills};
use serde_json::{Value, json};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

fn known(service: &str) -> bool {
    ["s3", "sqs", "api.ecr"].contains(&service)
}

fn pill(number: u32) -> String {
    json!({"status_code": 200, "data": {"N": number}}).to_string()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn zipped(path: &Path, files: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

fn read(path: &Path) -> PillFiles {
    read_pills(path, &known).unwrap()
}

/// Names relative to `base`, and whether name and pill are in order.
fn told(files: &PillFiles, base: &Path) -> Vec<(String, bool, bool)> {
    let files = files.files.iter();
    files
        .map(|file| {
            let path = file.path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
            (path, file.name.is_ok(), file.pill.is_ok())
        })
        .collect()
}

fn row(path: &str, name: bool, pill: bool) -> (String, bool, bool) {
    (path.to_owned(), name, pill)
}

#[test]
fn a_folder_is_read_below_in_the_order_of_names() {
    let folder = folder(&[
        ("s3.A_2.json", &pill(2)),
        ("s3.A_1.json", "{"),
        ("notes.json", &pill(1)),
        ("README.md", "hello"),
        ("below/deep/api.ecr.B_1.json", &pill(3)),
        ("below/x.txt", ""),
    ]);
    let found = read(folder.path());
    assert_eq!(
        told(&found, folder.path()),
        [
            row("notes.json", false, true),
            row("s3.A_1.json", true, false),
            row("s3.A_2.json", true, true),
            row("below/deep/api.ecr.B_1.json", true, true),
        ]
    );
    assert_eq!(found.others, 2);
}

#[test]
fn a_pickle_is_refused_by_name_unless_json_stands_beside_it() {
    let folder = folder(&[
        ("s3.A_1.pickle", "cos\nsystem\n"),
        ("s3.A_2.json", &pill(2)),
        ("s3.A_2.pickle", "cos\nsystem\n"),
    ]);
    let found = read(folder.path());
    assert_eq!((found.files.len(), found.others), (2, 1));
    let problem = found.files[0].pill.as_ref().unwrap_err().to_string();
    assert!(problem.contains("is a pickle, which is never opened"), "{problem}");
    assert!(found.files[1].pill.is_ok());
    let alone = read(&folder.path().join("s3.A_2.pickle"));
    assert!(alone.files[0].pill.is_err(), "named by itself it is still a pickle");
}

#[test]
fn a_file_that_is_named_may_end_as_it_likes() {
    let folder = folder(&[("answer.txt", &pill(1))]);
    let found = read(&folder.path().join("answer.txt"));
    assert_eq!(told(&found, folder.path()), [row("answer.txt", false, true)]);
    assert!(read_pills(&folder.path().join("none.json"), &known).is_err());
}

#[test]
fn what_is_too_large_is_not_read_to_its_end() {
    let folder = folder(&[("s3.A_1.json", &" ".repeat(caps::MAX_PILL_BYTES * 2))]);
    let problem = read(folder.path()).files[0].pill.as_ref().unwrap_err().to_string();
    assert!(problem.contains("more than 256 KiB"), "{problem}");
}

#[test]
fn folders_nest_only_so_deep() {
    let deep = (1..caps::MAX_PILL_FOLDERS).map(|_| "d/").collect::<String>();
    let folder =
        folder(&[(&format!("{deep}s3.A_1.json"), &pill(1)), (&format!("{deep}d/s3.A_2.json"), &pill(2))]);
    let found = read(folder.path());
    assert_eq!(found.files.len(), 2);
    assert!(found.files[0].pill.is_ok());
    let problem = found.files[1].pill.as_ref().unwrap_err().to_string();
    assert!(problem.contains("lies too deep"), "{problem}");
}

#[cfg(unix)]
#[test]
fn links_lead_to_files_and_never_in_circles() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[("a/s3.A_1.json", &pill(1))]);
    symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    symlink(folder.path().join("a/s3.A_1.json"), folder.path().join("a/s3.A_2.json")).unwrap();
    symlink(folder.path().join("nowhere"), folder.path().join("a/s3.A_3.json")).unwrap();
    let found = read(folder.path());
    assert_eq!(
        told(&found, folder.path()),
        [row("a/s3.A_1.json", true, true), row("a/s3.A_2.json", true, true)]
    );
    assert_eq!(found.others, 2);
}

#[test]
fn a_visit_ends_when_it_has_enough() {
    let folder = folder(&[("s3.A_1.json", &pill(1)), ("s3.A_2.json", &pill(2)), ("x/s3.A_3.json", &pill(3))]);
    let mut seen = 0;
    let mut each = |_| {
        seen += 1;
        if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    visit_pills(folder.path(), &known, &mut each).unwrap();
    assert_eq!(seen, 2);
}

#[test]
fn a_zip_holds_the_pills_of_a_test() {
    let folder = folder(&[]);
    let zip = folder.path().join("pills.zip");
    zipped(
        &zip,
        &[
            ("test_x/test_x.s3.A_2.json", pill(2).as_bytes()),
            ("test_x/test_x.s3.A_1.json", pill(1).as_bytes()),
            ("test_x/test_x.sqs.B_1.pickle", b"cos\nsystem\n"),
            ("test_x/test_x.s3.A_1.pickle", b"cos\nsystem\n"),
            ("test_x/README", b""),
            ("inner.zip", b""),
        ],
    );
    for found in [read(&zip), read(folder.path())] {
        assert_eq!(
            told(&found, &zip),
            [
                row("test_x/test_x.s3.A_1.json", true, true),
                row("test_x/test_x.s3.A_2.json", true, true),
                row("test_x/test_x.sqs.B_1.pickle", false, false),
            ]
        );
        assert_eq!(found.others, 3);
        assert_eq!(found.files[0].name.as_ref().unwrap().prefix.as_deref(), Some("test_x"));
    }
}

#[test]
fn a_zip_bomb_goes_off_in_a_box() {
    let folder = folder(&[]);
    let bomb = folder.path().join("bomb.zip");
    let blank = vec![b' '; caps::MAX_PILL_BYTES + 100];
    let names: Vec<_> = (1..=300).map(|number| format!("s3.A_{number}.json")).collect();
    zipped(&bomb, &names.iter().map(|name| (name.as_str(), blank.as_slice())).collect::<Vec<_>>());
    let found = read(&bomb);
    // Each is cut off a byte over the cap of a pill, and all at the cap of a zip.
    assert_eq!(found.files.len(), caps::MAX_UNZIPPED_BYTES / caps::MAX_PILL_BYTES + 1);
    assert!(found.files.iter().all(|file| file.pill.is_err()));
    let last = found.files.last().unwrap().pill.as_ref().unwrap_err().to_string();
    assert!(last.contains("unpacks to more than 64 MiB"), "{last}");
}

#[test]
fn what_is_no_zip_is_refused() {
    let folder = folder(&[("a.zip", "PK, but no more")]);
    std::fs::File::create(folder.path().join("b.zip")).unwrap().set_len(caps::MAX_ZIP_BYTES + 1).unwrap();
    let found = read(folder.path());
    let problems: Vec<_> =
        found.files.iter().map(|file| file.pill.as_ref().unwrap_err().to_string()).collect();
    assert_eq!(problems.len(), 2);
    assert!(
        problems[0].contains("cannot be read") && problems[1].contains("no regular file of at most"),
        "{problems:?}"
    );
}

fn inline(spec: &Node, base: &Path) -> Result<Value, Problems> {
    inline_files(spec, base, &known).map(|node| node.to_json())
}

fn spec(path: &str) -> Node {
    read_json(&json!({"id": "a", "fault": {"pill": path, "latency": "1s"}}).to_string()).unwrap()
}

fn entry(operation: &str, number: u32) -> Value {
    json!({"service": "s3", "operation": operation, "status_code": 200, "data": {"N": number}})
}

fn recordings() -> tempfile::TempDir {
    folder(&[
        ("rec/s3.B_1.json", &pill(3)),
        ("rec/s3.A_1.json", &pill(1)),
        ("rec/s3.A_2.json", &pill(2)),
        ("rec/s3.A_4.json", &pill(4)),
        ("answer.txt", &pill(9)),
    ])
}

#[test]
fn a_path_is_replaced_by_what_is_played() {
    let folder = recordings();
    let inlined = inline(&spec("rec"), folder.path()).unwrap();
    let pills = json!([entry("A", 1), entry("A", 2), entry("B", 3)]);
    assert_eq!(inlined, json!({"id": "a", "fault": {"pill": pills, "latency": "1s"}}));
    let node = read_json(&pills.to_string()).unwrap();
    assert_eq!(PillFault::from_node(&node).unwrap().entries().len(), 3);

    let alone = inline(&spec("rec/s3.A_4.json"), folder.path()).unwrap();
    assert_eq!(alone["fault"]["pill"], json!([entry("A", 4)]), "a file stands for itself");
    let any = inline(&spec("answer.txt"), folder.path()).unwrap();
    assert_eq!(any["fault"]["pill"], json!([{"status_code": 200, "data": {"N": 9}}]));
}

#[test]
fn every_spec_of_a_scenario_is_looked_at_and_lines_are_kept() {
    let folder = recordings();
    let text = "id = \"a\"\n\n[[spec]]\nid = \"x\"\n[spec.fault]\nlatency = \"1s\"\n\n\
                [[spec]]\nid = \"y\"\n[spec.fault]\npill = \"rec/s3.A_1.json\"\n";
    let inlined = inline_files(&read_toml(text).unwrap(), folder.path(), &known).unwrap();
    assert_eq!(inlined.to_json()["spec"][1]["fault"]["pill"], json!([entry("A", 1)]));
    let at = chaos_core::door::At::root(&inlined);
    let spec = at.members().unwrap()[1].1.one_or_many()[1].clone();
    let fault = spec.members().unwrap()[1].1.clone();
    assert_eq!(fault.members().unwrap()[0].1.node.line, Some(11));

    let broken = text.replace("A_1", "A_9");
    let problems = inline_files(&read_toml(&broken).unwrap(), folder.path(), &known).unwrap_err();
    assert_eq!(problems.0.len(), 1);
    assert_eq!(problems.0[0].line, Some(11));
    assert_eq!(problems.0[0].path.to_string(), "spec[1].fault.pill");
    assert_eq!(problems.0[0].value.as_deref(), Some("\"rec/s3.A_9.json\""));
}

#[test]
fn a_spec_without_paths_stays_as_it_is() {
    let nowhere = PathBuf::from("nowhere");
    for spec in [
        json!({"id": "a", "fault": {"pill": {"status_code": 200, "data": {}}}}),
        json!({"id": "a", "spec": {"fault": {"error": "A"}}, "pill": "x"}),
        json!([1, "pill"]),
        json!({"fault": "pill", "spec": "x"}),
    ] {
        let node = read_json(&spec.to_string()).unwrap();
        assert_eq!(inline(&node, &nowhere), Ok(spec));
    }
}

#[test]
fn what_cannot_be_played_is_refused_with_its_field_and_file() {
    let cases: [(&[(&str, &str)], &str); 10] = [
        (&[("s3.A_1.json", r#"{"status_code": 404, "data": {}}"#)], "s3.A_1.json: data: has no `Error`"),
        (&[("s3.A_2.json", &pill(2))], "s3.A has no pill number 1, where playing starts; the lowest is 2"),
        (&[("s3.A_1.json", &pill(1)), ("b/s3.A_1.json", &pill(2))], "s3.A has two pills with the number 1"),
        (&[("notes.json", &pill(1))], "the name of"),
        (&[("s4.A_1.json", &pill(1))], "names no known service in `s4`"),
        (&[("README", "")], "holds no pill"),
        (&[("s3.A_1.pickle", "")], "is a pickle"),
        (&[("s3.A_1.json", &pill(1)), ("s3.B_1.json", "[")], "s3.B_1.json"),
        (
            &[("a.s3.A_1.json", &pill(1)), ("b.s3.A_1.json", &pill(2)), ("s3.A_1.json", &pill(2))],
            "it holds several recordings of s3.A, with no prefix and the prefix `a` and the prefix `b`",
        ),
        (
            &[("a.s3.A_1.json", &pill(1)), ("a.s3.A_3.json", &pill(2)), ("b.s3.A_2.json", &pill(3))],
            "b.s3.A has no pill number 1",
        ),
    ];
    for (files, told) in cases {
        let folder = folder(files);
        let problems = inline(&spec("."), folder.path()).unwrap_err();
        assert!(problems.to_string().contains(told), "{problems}");
        assert!(problems.0.iter().all(|problem| problem.path.to_string() == "fault.pill"), "{problems}");
    }
    let problems = inline(&spec("none"), Path::new("nowhere")).unwrap_err();
    assert!(problems.to_string().contains("\"none\" cannot be read"), "{problems}");
}

#[test]
fn a_spec_takes_a_hundred_pills() {
    let folder = folder(&[]);
    let write = |number| {
        std::fs::write(folder.path().join(format!("s3.A_{number}.json")), pill(number)).unwrap();
    };
    (1..=100).for_each(write);
    let inlined = inline(&spec("."), folder.path()).unwrap();
    let played: Vec<_> =
        inlined["fault"]["pill"].as_array().unwrap().iter().map(|p| &p["data"]["N"]).collect();
    assert_eq!(played, (1..=100).map(Value::from).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    write(101);
    let problems = inline(&spec("."), folder.path()).unwrap_err().to_string();
    assert!(problems.contains("holds more than 100 pills"), "{problems}");
}

#[test]
fn a_prefix_for_each_operation_is_one_recording() {
    let folder =
        folder(&[("a.s3.A_1.json", &pill(1)), ("b.s3.B_1.json", &pill(2)), ("a.s3.A_2.json", &pill(3))]);
    let inlined = inline(&spec("."), folder.path()).unwrap();
    assert_eq!(inlined["fault"]["pill"], json!([entry("A", 1), entry("A", 3), entry("B", 2)]));
}

#[test]
fn a_zip_is_inlined_as_a_folder_is() {
    let folder = folder(&[]);
    zipped(&folder.path().join("x.zip"), &[("t/t.s3.A_1.json", pill(1).as_bytes())]);
    let inlined = inline(&spec("x.zip"), folder.path()).unwrap();
    assert_eq!(inlined["fault"]["pill"], json!([entry("A", 1)]));
}
