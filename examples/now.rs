// SPDX-License-Identifier: BSD-2-Clause
//! now [PATH]: the time and its bounds from Rust, by an extern block.
//!
//!     rustc --edition 2021 -l vmclock now.rs
use std::ffi::{c_char, c_int, CString};

#[repr(C)]
pub struct Vmclock {
    _opaque: [u8; 0],
}

#[repr(C)]
#[derive(Default)]
pub struct Epoch {
    pub disruption: u64,
    pub generation: u64,
    pub has: u32,
    pub reserved: u32,
}

#[repr(C)]
#[derive(Default)]
pub struct Now {
    pub time: i64,
    pub earliest: i64,
    pub latest: i64,
    pub counter: u64,
    pub epoch: Epoch,
    pub flags: u32,
    pub status: u8,
    pub leap: i8,
    pub time_type: u8,
    pub reserved: u8,
    pub tai_minus_utc: i32,
    pub reserved2: u32,
}

pub const SCALE_UTC: c_int = 0;

extern "C" {
    fn vmclock_open(clock: *mut *mut Vmclock, path: *const c_char) -> c_int;
    fn vmclock_now(clock: *const Vmclock, scale: c_int, now: *mut Now, size: usize) -> c_int;
    fn vmclock_close(clock: *mut Vmclock);
}

fn read_time(path: Option<&CString>) -> Result<Now, std::io::Error> {
    let mut clock = std::ptr::null_mut();
    let mut now = Now::default();
    let name = path.map_or(std::ptr::null(), |path| path.as_ptr());
    // The library keeps no pointer but the clock, which is closed here.
    let result = unsafe {
        match vmclock_open(&mut clock, name) {
            0 => {
                let result = vmclock_now(clock, SCALE_UTC, &mut now, std::mem::size_of::<Now>());
                vmclock_close(clock);
                result
            }
            error => error,
        }
    };
    match result {
        0 => Ok(now),
        error => Err(std::io::Error::from_raw_os_error(-error)),
    }
}

fn main() {
    let path = std::env::args().nth(1).map(|path| CString::new(path).unwrap());
    match read_time(path.as_ref()) {
        Ok(now) => println!("{} {} {}", now.earliest, now.time, now.latest),
        Err(error) => {
            eprintln!("now: {error}");
            std::process::exit(1);
        }
    }
}
