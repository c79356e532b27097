//! Answers a message a while later: !remind 10m tea. The plugin `remind`, in Rust.
//!
//! Everything is called on the instance's own thread, one at a time. A panic ends the process: there is no way across
//! the interface for it, so nothing here may panic.

mod abi;

use abi::*;
use core::ffi::c_void;
use core::ptr::{null, null_mut};

const COMMAND: &str = "!remind ";
const LONGEST: u64 = 24 * 3600;

struct Remind {
    plugin: rk_plugin_t,
    host: *const rk_host_t,
    events: &'static rk_events_t,
    views: &'static rk_views_t,
    timers: &'static rk_timers_t,
    operations: &'static rk_operations_t,
}

/// One reminder that waits; it keeps its event open, so that it comes again after a crash.
struct Pending {
    remind: *const Remind,
    message: rk_view_t,
    text: String,
}

impl Drop for Pending {
    fn drop(&mut self) {
        // The plugin outlives what it gave to the host.
        let remind = unsafe { &*self.remind };
        unsafe { (remind.events.release)(remind.host, self.message.event) };
    }
}

impl Remind {
    fn field(&self, view: rk_view_t, name: &'static str) -> String {
        let mut value = rk_value_t {
            size: core::mem::size_of::<rk_value_t>() as u32,
            kind: 0,
            text: rk_text_t::new(""),
            rest: [0],
        };
        let status =
            unsafe { (self.views.get_named)(self.host, view, rk_text_t::new(name), &mut value) };
        if status != RK_OK || value.kind != RK_VALUE_TEXT || value.text.len == 0 {
            return String::new();
        }
        let bytes = unsafe { core::slice::from_raw_parts(value.text.data, value.text.len) };
        String::from_utf8_lossy(bytes).into_owned()
    }

    fn answer(&self, message: rk_view_t, text: &str, error: *mut rk_error_t) -> rk_status_t {
        let arguments = format!(
            "{{\"channelId\":{},\"messageId\":{},\"content\":{}}}",
            quoted(&self.field(message, "channelId")),
            quoted(&self.field(message, "id")),
            quoted(text)
        );
        let call = rk_call_t {
            size: core::mem::size_of::<rk_call_t>() as u32,
            deadline_ms: 0,
            operation: rk_text_t::new("messages.reply"),
            arguments: rk_text_t::of(&arguments),
            bot: rk_text_t::new(""),
            event: message.event,
        };
        unsafe { (self.operations.call)(self.host, &call, null(), null_mut(), None, error) }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// "10m tea": the seconds, and the rest.
fn read_wish(words: &str) -> Option<(u64, &str)> {
    let digits = words.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = words[..digits].parse().ok()?;
    let mut rest = words[digits..].chars();
    let unit = match rest.next()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return None,
    };
    let text = rest.as_str().strip_prefix(' ').filter(|text| !text.is_empty())?;
    let seconds = number.checked_mul(unit).filter(|seconds| *seconds <= LONGEST)?;
    Some((seconds, text))
}

unsafe extern "C" fn on_message(
    user: *mut c_void,
    message: rk_view_t,
    error: *mut rk_error_t,
) -> rk_status_t {
    let remind = &*(user as *const Remind);
    let content = remind.field(message, "content");
    let wish = content.strip_prefix(COMMAND).and_then(read_wish);
    let Some((seconds, text)) = wish else {
        return remind.answer(message, "Say: !remind 10m tea (s, m or h, up to a day)", error);
    };
    let status = (remind.events.hold)(remind.host, message.event);
    if status != RK_OK {
        return status;
    }
    let pending = Box::into_raw(Box::new(Pending { remind, message, text: text.to_string() }));
    let status = (remind.timers.after)(
        remind.host,
        1000 * seconds,
        on_time,
        pending as *mut c_void,
        Some(release_pending),
        null_mut(),
        error,
    );
    if status != RK_OK {
        release_pending(pending as *mut c_void);
    }
    status
}

unsafe extern "C" fn on_time(user: *mut c_void, error: *mut rk_error_t) -> rk_status_t {
    let pending = &*(user as *const Pending);
    let text = format!("Reminder: {}", pending.text);
    (*pending.remind).answer(pending.message, &text, error)
}

unsafe extern "C" fn release_pending(user: *mut c_void) {
    drop(Box::from_raw(user as *mut Pending));
}

unsafe extern "C" fn destroy(user: *mut c_void) {
    drop(Box::from_raw(user as *mut Remind));
}

unsafe fn table<T>(host: *const rk_host_t, id: &'static str) -> Option<&'static T> {
    (((*host).get_table)(host, rk_text_t::new(id)) as *const T).as_ref()
}

unsafe extern "C" fn create(
    host: *const rk_host_t,
    out: *mut *const rk_plugin_t,
    error: *mut rk_error_t,
) -> rk_status_t {
    let (Some(events), Some(views), Some(timers), Some(operations)) = (
        table(host, "rookery.events/1"),
        table(host, "rookery.views/1"),
        table(host, "rookery.timers/1"),
        table(host, "rookery.operations/1"),
    ) else {
        return RK_E_UNSUPPORTED;
    };
    let plugin = rk_plugin_t {
        size: core::mem::size_of::<rk_plugin_t>() as u32,
        reserved: 0,
        self_: null_mut(),
        destroy,
        stop: null(),
        save: null(),
        load: null(),
    };
    let remind = Box::into_raw(Box::new(Remind { plugin, host, events, views, timers, operations }));
    (*remind).plugin.self_ = remind as *mut c_void;
    let status = (events.subscribe_where)(
        host,
        rk_text_t::new("messageCreate"),
        rk_text_t::new("{\"bot\":false,\"startsWith\":\"!remind \"}"),
        on_message,
        remind as *mut c_void,
        None,
        null_mut(),
        error,
    );
    if status != RK_OK {
        drop(Box::from_raw(remind));
        return status;
    }
    *out = &(*remind).plugin;
    RK_OK
}

#[no_mangle]
pub static rookery_plugin_entry: rk_entry_t = rk_entry_t {
    size: core::mem::size_of::<rk_entry_t>() as u32,
    magic: RK_ENTRY_MAGIC,
    abi_major: 1,
    abi_minor: 2,
    least_host: 2,
    reserved: 0,
    name: rk_text_t::new("remind_rust"),
    version: rk_text_t::new("0.1.0"),
    create,
};

const MANIFEST: &[u8] = include_bytes!("../manifest.json");

#[used]
#[link_section = ".rookery.manifest"]
static MANIFEST_TEXT: [u8; MANIFEST.len()] = *include_bytes!("../manifest.json");
