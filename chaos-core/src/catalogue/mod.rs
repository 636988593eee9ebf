//! Every service, operation and error of AWS, by name.
