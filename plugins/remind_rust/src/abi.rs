//! The part of Rookery's C interface that this plugin uses: rookery/abi, level 1.2.
#![allow(non_camel_case_types)]

use core::ffi::c_void;

pub type rk_status_t = i32;
pub type rk_handle_t = u64;

pub const RK_OK: rk_status_t = 0;
pub const RK_E_UNSUPPORTED: rk_status_t = -5;
pub const RK_ENTRY_MAGIC: u32 = 0x5952_4B52;
pub const RK_VALUE_TEXT: u32 = 5;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct rk_text_t {
    pub data: *const u8,
    pub len: usize,
}

impl rk_text_t {
    pub const fn new(text: &'static str) -> Self {
        rk_text_t { data: text.as_ptr(), len: text.len() }
    }
    pub fn of(text: &str) -> Self {
        rk_text_t { data: text.as_ptr(), len: text.len() }
    }
}

#[repr(C)]
pub struct rk_error_t {
    pub size: u32,
    pub status: rk_status_t,
    pub length: u32,
    pub reserved: u32,
    pub text: [u8; 496],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct rk_view_t {
    pub event: rk_handle_t,
    pub node: u32,
    pub mapping: u16,
    pub reserved: u16,
}

/// Of the union only the text is read; its largest member, the list, is four words.
#[repr(C)]
pub struct rk_value_t {
    pub size: u32,
    pub kind: u32,
    pub text: rk_text_t,
    pub rest: [u64; 1],
}

#[repr(C)]
pub struct rk_host_t {
    pub size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub name: rk_text_t,
    pub get_table: unsafe extern "C" fn(*const rk_host_t, rk_text_t) -> *const c_void,
}

pub type rk_release_t = Option<unsafe extern "C" fn(*mut c_void)>;
pub type rk_event_fn =
    unsafe extern "C" fn(*mut c_void, rk_view_t, *mut rk_error_t) -> rk_status_t;
pub type rk_task_fn = unsafe extern "C" fn(*mut c_void, *mut rk_error_t) -> rk_status_t;

#[repr(C)]
pub struct rk_events_t {
    pub size: u32,
    pub reserved: u32,
    pub subscribe: *const c_void,
    pub unsubscribe: *const c_void,
    pub hold: unsafe extern "C" fn(*const rk_host_t, rk_handle_t) -> rk_status_t,
    pub release: unsafe extern "C" fn(*const rk_host_t, rk_handle_t) -> rk_status_t,
    pub subscribe_where: unsafe extern "C" fn(
        *const rk_host_t,
        rk_text_t,
        rk_text_t,
        rk_event_fn,
        *mut c_void,
        rk_release_t,
        *mut rk_handle_t,
        *mut rk_error_t,
    ) -> rk_status_t,
}

#[repr(C)]
pub struct rk_views_t {
    pub size: u32,
    pub reserved: u32,
    pub get: *const c_void,
    pub get_named: unsafe extern "C" fn(
        *const rk_host_t,
        rk_view_t,
        rk_text_t,
        *mut rk_value_t,
    ) -> rk_status_t,
}

#[repr(C)]
pub struct rk_timers_t {
    pub size: u32,
    pub reserved: u32,
    pub after: unsafe extern "C" fn(
        *const rk_host_t,
        u64,
        rk_task_fn,
        *mut c_void,
        rk_release_t,
        *mut rk_handle_t,
        *mut rk_error_t,
    ) -> rk_status_t,
}

#[repr(C)]
pub struct rk_call_t {
    pub size: u32,
    pub deadline_ms: u32,
    pub operation: rk_text_t,
    pub arguments: rk_text_t,
    pub bot: rk_text_t,
    pub event: rk_handle_t,
}

#[repr(C)]
pub struct rk_operations_t {
    pub size: u32,
    pub reserved: u32,
    pub call: unsafe extern "C" fn(
        *const rk_host_t,
        *const rk_call_t,
        *const c_void,
        *mut c_void,
        rk_release_t,
        *mut rk_error_t,
    ) -> rk_status_t,
}

#[repr(C)]
pub struct rk_plugin_t {
    pub size: u32,
    pub reserved: u32,
    pub self_: *mut c_void,
    pub destroy: unsafe extern "C" fn(*mut c_void),
    pub stop: *const c_void,
    pub save: *const c_void,
    pub load: *const c_void,
}

#[repr(C)]
pub struct rk_entry_t {
    pub size: u32,
    pub magic: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub least_host: u16,
    pub reserved: u16,
    pub name: rk_text_t,
    pub version: rk_text_t,
    pub create: unsafe extern "C" fn(
        *const rk_host_t,
        *mut *const rk_plugin_t,
        *mut rk_error_t,
    ) -> rk_status_t,
}

// A constant that nobody writes.
unsafe impl Sync for rk_entry_t {}
