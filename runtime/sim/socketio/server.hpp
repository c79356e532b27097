#pragma once

#include "sim/community/wire_faults.hpp"
#include "sim/socketio/engine.hpp"
#include "sim/socketio/packet.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rookery::sim::socketio {

class Client;

/// What becomes of a client that wants into a namespace.
struct Join {
    enum class How {
        welcome,
        refused,      ///< an error packet
        thrown_out,   ///< welcomed, and at once disconnected
        disconnected  ///< the connection ends without a word
    };
    How how = How::welcome;
    Json error{};  ///< of a refusal: {"message": ...}; in version 3 any value
};

struct ServerHooks {
    std::function<std::optional<HttpReply>(const HttpRequest&)> admit;
    /// Whether there is such a namespace.
    std::function<bool(const std::string& nsp)> known;
    std::function<Join(Client&, const std::string& nsp, const Json& auth)> join;
    std::function<void(Client&, const std::string& nsp)> joined;
    /// `args` without the name. `ack` when the client wants an answer.
    std::function<void(Client&, const std::string& nsp, const std::string& name, const Json& args,
                       std::optional<std::uint64_t> ack)>
        event;
    std::function<void(Client&)> closed;
};

/// Socket.IO on top of an EngineServer: protocol 5 over Engine.IO 4, protocol 4 over Engine.IO 3,
/// where every client is in "/" without asking. Simulator thread.
class Server {
  public:
    Server(boost::asio::io_context& io, Recorder& recorder, community::Faults& faults,
           EngineOptions options, ServerHooks hooks);
    ~Server();

    [[nodiscard]] EngineServer& engine() { return engine_; }
    void each(const std::function<void(Client&)>& visit);
    [[nodiscard]] std::size_t live() const { return clients_.size(); }

    /// A fault that happens at once to every client in `nsp`: those of break_wire(), and
    /// "disconnect", "engine_close", "error", "wrong_namespace", "missing_attachment", "garbage",
    /// "stray_ping". How many it hit.
    [[nodiscard]] Result<unsigned> inject(const std::string& nsp, const std::string& kind,
                                          const Json& parameters, const std::string& usual,
                                          const Json& usual_data);
    [[nodiscard]] static std::vector<std::string> fault_names();

  private:
    friend class Client;

    void opened(const std::shared_ptr<EngineSession>& session);
    void text(EngineSession& session, std::string_view text);
    void binary(EngineSession& session, std::string_view data);
    void closed(EngineSession& session);
    void take(Client& client, Packet packet);
    void connect(Client& client, const Packet& packet);
    void admit(Client& client, const std::string& nsp, const Json& auth);
    [[nodiscard]] Client* client_of(EngineSession& session);

    Recorder& recorder_;
    community::Faults& faults_;
    ServerHooks hooks_;
    EngineServer engine_;
    std::map<unsigned, std::shared_ptr<Client>> clients_;
};

/// One client, in as many namespaces as it joined.
class Client {
  public:
    Client(Server& server, EngineSession& session, boost::asio::io_context& io);

    [[nodiscard]] unsigned number() const { return session_.number(); }
    [[nodiscard]] EngineSession& session() { return session_; }
    [[nodiscard]] bool in(const std::string& nsp) const { return spaces_.contains(nsp); }

    /// `attachments` stand where `args` have {"_placeholder": true, "num": i}.
    void emit(const std::string& nsp, const std::string& name, Json args,
              const std::vector<std::string>& attachments = {});
    /// The text of an event packet as it stands behind the digit of the message.
    void emit_text(const std::string& packet) { session_.send_text(packet); }
    void acknowledge(const std::string& nsp, std::uint64_t id, Json args);
    /// Puts it out of the namespace, as a server does that has had enough.
    void kick(const std::string& nsp);

    Json data = Json::object();  ///< whatever the platform keeps about it

  private:
    friend class Server;

    Server& server_;
    EngineSession& session_;
    std::map<std::string, std::string> spaces_;  ///< with the sid of each
    std::optional<Packet> partial_;              ///< waits for its attachments
    unsigned owed_ = 0;
    unsigned refusals_ = 0;
    boost::asio::steady_timer join_timer_;
};

/// "2/ns,["name",data]": what emit_text() takes. `data` is JSON.
[[nodiscard]] std::string event_text(const std::string& nsp, const std::string& name,
                                     std::string_view data);

}  // namespace rookery::sim::socketio
