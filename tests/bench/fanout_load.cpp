// The clients of a fan-out: N websockets with Socket.IO on them, counted, on one thread. Knows
// nothing of the server but the protocol; shares no code with the runtime.
//
//     bench_fanout_load PORT PID clients=100 rooms=1 count=100000 window=32 rate=0 stuck=0
//
// Connects, lets the server broadcast `count` events, and prints one line of JSON: deliveries, the
// server's CPU time meanwhile, delays in microseconds, and its resident memory before the clients,
// with them, and at most. With count=0 it only connects. `stuck` clients never read.

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& why) {
    std::fprintf(stderr, "bench_fanout_load: %s\n", why.c_str());
    std::exit(1);
}

double cpu_seconds(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    auto at = text.rfind(')');
    for (int field = 0; field < 12 && at != std::string::npos; ++field) {
        at = text.find(' ', at + 1);
    }
    if (at == std::string::npos) {
        fail("the server has gone");
    }
    char* end = nullptr;
    const auto user = std::strtoull(text.c_str() + at, &end, 10);
    const auto system = std::strtoull(end, nullptr, 10);
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

long resident_kib(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::strtol(line.c_str() + 6, nullptr, 10);
        }
    }
    return 0;
}

class Client {
  public:
    Client(int port, const std::string& room) {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            fail(std::string("connect: ") + std::strerror(errno));
        }
        const int one = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        write(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        std::size_t end = std::string::npos;
        while ((end = rest_.find("\r\n\r\n")) == std::string::npos) {
            read_blocking();
        }
        if (!rest_.starts_with("HTTP/1.1 101")) {
            fail("no websocket: " + rest_.substr(0, 200));
        }
        rest_.erase(0, end + 4);
        await("0{");
        say("40{\"room\":\"" + room + "\"}");
        await("40{");
    }

    [[nodiscard]] int fd() const { return fd_; }

    void say(std::string_view text) {
        std::string frame = "\x81";
        if (text.size() < 126) {
            frame += static_cast<char>(0x80 | text.size());
        } else {
            frame += static_cast<char>(0x80 | 126);
            frame += static_cast<char>(text.size() >> 8);
            frame += static_cast<char>(text.size() & 0xFF);
        }
        frame.append(4, '\0');  // a mask that changes nothing
        frame.append(text);
        write(frame);
    }

    void make_nonblocking() { ::fcntl(fd_, F_SETFL, O_NONBLOCK); }

    /// Takes what came; `visit` sees each event's text.
    template <class Visit>
    bool take(std::string_view data, Visit visit) {
        if (!rest_.empty()) {
            rest_.append(data);
            data = rest_;
        }
        while (true) {
            std::size_t header = 2;
            if (data.size() < header) {
                break;
            }
            std::size_t size = static_cast<unsigned char>(data[1]);
            if (size == 126) {
                header = 4;
                if (data.size() < header) {
                    break;
                }
                size = static_cast<std::size_t>(static_cast<unsigned char>(data[2])) << 8 |
                       static_cast<unsigned char>(data[3]);
            } else if (size > 126) {
                fail("a frame longer than an event");
            }
            if (data.size() < header + size) {
                break;
            }
            const auto text = data.substr(header, size);
            if (text == "2") {
                say("3");
            } else if (text.starts_with("42")) {
                visit(text);
            } else if ((data[0] & 0x0F) == 8) {
                return false;
            }
            data.remove_prefix(header + size);
        }
        rest_ = std::string(data);
        return true;
    }

  private:
    void write(std::string_view data) {
        if (::send(fd_, data.data(), data.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(data.size())) {
            fail("the server does not read");
        }
    }
    void read_blocking() {
        char buffer[4096];
        const auto bytes = ::recv(fd_, buffer, sizeof buffer, 0);
        if (bytes <= 0) {
            fail("the server has hung up");
        }
        rest_.append(buffer, static_cast<std::size_t>(bytes));
    }
    /// One short frame that begins so.
    void await(std::string_view start) {
        while (true) {
            const auto size = rest_.size() < 2 ? 0 : static_cast<unsigned char>(rest_[1]);
            if (size == 126 && rest_.size() >= 4) {
                const auto length = static_cast<std::size_t>(static_cast<unsigned char>(rest_[2]))
                                        << 8 |
                                    static_cast<unsigned char>(rest_[3]);
                if (rest_.size() >= 4 + length) {
                    if (rest_.compare(4, start.size(), start) != 0) {
                        fail("unexpected: " + rest_);
                    }
                    rest_.erase(0, 4 + length);
                    return;
                }
            } else if (size > 0 && size < 126 && rest_.size() >= 2U + size) {
                if (rest_.compare(2, start.size(), start) != 0) {
                    fail("unexpected: " + rest_);
                }
                rest_.erase(0, 2U + size);
                return;
            }
            read_blocking();
        }
    }

    int fd_;
    std::string rest_;
};

double percentile(std::vector<double>& values, double part) {
    if (values.empty()) {
        return 0;
    }
    const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at),
                     values.end());
    return values[at];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        fail("expected PORT PID name=value...");
    }
    std::map<std::string, std::uint64_t> options{{"clients", 100}, {"rooms", 1}, {"count", 10000},
                                                 {"window", 32},   {"rate", 0},  {"stuck", 0}};
    for (int i = 3; i < argc; ++i) {
        const std::string word = argv[i];
        const auto equals = word.find('=');
        if (equals == std::string::npos || !options.contains(word.substr(0, equals))) {
            fail("no such option: " + word);
        }
        options[word.substr(0, equals)] = std::strtoull(word.c_str() + equals + 1, nullptr, 10);
    }
    const rlimit files{20'000, 20'000};
    ::setrlimit(RLIMIT_NOFILE, &files);
    const int port = std::atoi(argv[1]);
    const std::string pid = argv[2];
    const auto clients = options["clients"];
    const auto rooms = options["rooms"];
    const auto count = options["count"];

    const auto resident_before = resident_kib(pid);
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Client> all;
    all.reserve(clients + 1);
    for (std::uint64_t i = 0; i < clients + (count > 0 ? 1 : 0); ++i) {
        all.emplace_back(port, i < clients ? "r" + std::to_string(i % rooms) : "control");
        all.back().make_nonblocking();
        if (i >= options["stuck"] || i >= clients) {
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            ::epoll_ctl(epoll, EPOLL_CTL_ADD, all.back().fd(), &event);
        }
    }
    const auto resident_with = resident_kib(pid);
    if (count == 0) {
        std::printf("{\"before_kib\":%ld,\"with_kib\":%ld}\n", resident_before, resident_with);
        return 0;
    }

    auto& control = all.back();
    const auto readers = clients - options["stuck"];
    // Broadcast i goes to the clients of room i % rooms.
    const std::uint64_t expected = options["stuck"] > 0 ? count * readers : count * clients / rooms;
    std::vector<double> delays;
    std::uint64_t delivered = 0;
    std::uint64_t credited = 0;
    long resident_most = 0;
    static char buffer[1 << 18];
    const auto cpu_before = cpu_seconds(pid);
    const auto began = Clock::now();
    auto looked = began;
    control.say("42[\"go\",{\"count\":" + std::to_string(count) + ",\"rooms\":" +
                std::to_string(rooms) + ",\"window\":" + std::to_string(options["window"]) +
                ",\"rate\":" + std::to_string(options["rate"]) + "}]");
    auto last = began;
    while (delivered < expected) {
        epoll_event events[256];
        const int ready = ::epoll_wait(epoll, events, 256, 10'000);
        if (ready <= 0) {
            fail("only " + std::to_string(delivered) + " of " + std::to_string(expected) +
                 " deliveries came");
        }
        for (int i = 0; i < ready; ++i) {
            auto& client = all[events[i].data.u64];
            const auto bytes = ::recv(client.fd(), buffer, sizeof buffer, 0);
            if (bytes < 0 && errno == EAGAIN) {
                continue;
            }
            if (bytes <= 0) {
                fail("the server has closed a connection");
            }
            const auto now = Clock::now().time_since_epoch();
            const bool timed = options["rate"] > 0;
            const bool open =
                client.take({buffer, static_cast<std::size_t>(bytes)}, [&](std::string_view text) {
                    ++delivered;
                    if (timed) {
                        constexpr std::string_view kStamp = "\"t\":";
                        const auto at = text.find(kStamp) + kStamp.size();
                        std::int64_t sent = 0;
                        std::from_chars(text.data() + at, text.data() + text.size(), sent);
                        delays.push_back(static_cast<double>(now.count() - sent) / 1000);
                    }
                });
            if (!open) {
                fail("the server has closed a connection");
            }
        }
        last = Clock::now();
        const auto whole = delivered * count / expected;
        if (whole >= credited + std::max<std::uint64_t>(options["window"] / 2, 1)) {
            credited = whole;
            control.say("42[\"credit\"," + std::to_string(credited) + "]");
        }
        if (last - looked > std::chrono::milliseconds(50)) {
            looked = last;
            resident_most = std::max(resident_most, resident_kib(pid));
        }
    }
    const auto cpu = cpu_seconds(pid) - cpu_before;
    std::printf(
        "{\"deliveries\":%llu,\"cpu\":%.2f,\"wall\":%.3f,\"p50\":%.0f,\"p99\":%.0f,"
        "\"before_kib\":%ld,\"with_kib\":%ld,\"most_kib\":%ld}\n",
        static_cast<unsigned long long>(delivered), cpu,
        std::chrono::duration<double>(last - began).count(), percentile(delays, 0.5),
        percentile(delays, 0.99), resident_before, resident_with,
        std::max(resident_most, resident_kib(pid)));
    return 0;
}
