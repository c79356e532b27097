#pragma once

namespace rookery::async {

/// From now on system_random() draws the least number always, so that nobody of this process waits
/// before trying again: for a process whose servers are its own (rookery test). Any thread.
void try_again_at_once() noexcept;

}  // namespace rookery::async
