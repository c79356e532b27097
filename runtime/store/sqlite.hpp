#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace rookery::store {

/// A prepared statement between its first parameter and its last row; reset and unbound when it
/// goes. Errors are kept until run() or step(). Texts are borrowed until then.
class Statement {
  public:
    Statement(sqlite3* database, sqlite3_stmt* statement) noexcept
        : database_(database), statement_(statement) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    Statement& integer(std::int64_t value);
    Statement& blob(std::string_view bytes);
    Statement& null();

    /// The next row; false after the last.
    [[nodiscard]] Result<bool> step();
    /// To the end, for what has no rows.
    [[nodiscard]] Result<> run();

    [[nodiscard]] std::int64_t integer_at(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    /// Until the next step.
    [[nodiscard]] std::string_view blob_at(int column) const;

  private:
    sqlite3* database_;
    sqlite3_stmt* statement_;
    int parameter_ = 0;
    int status_ = 0;
};

/// One SQLite file, used by one thread at a time.
class Database {
  public:
    /// Opens or creates it, in WAL mode. Error io names the file; a file that is no database, or a
    /// damaged one, is never overwritten.
    [[nodiscard]] static Result<Database> open(const std::filesystem::path& file);

    /// Several statements without parameters.
    [[nodiscard]] Result<> run(const char* sql);
    /// Prepared at the first use and kept; `sql` is a literal.
    [[nodiscard]] Result<std::unique_ptr<Statement>> prepare(std::string_view sql);

    [[nodiscard]] bool in_transaction() const;
    /// Rows that the last statement has changed.
    [[nodiscard]] std::int64_t changes() const;
    /// Moves what the log holds into the file and makes both durable, as far as nobody reads.
    void checkpoint();

  private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    explicit Database(std::unique_ptr<sqlite3, Close> database) : database_(std::move(database)) {}

    std::unique_ptr<sqlite3, Close> database_;
    std::map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace rookery::store
