#include "store/sqlite.hpp"

#include <sqlite3.h>

#include <utility>

namespace rookery::store {
namespace {

constexpr int kBusyMillis = 2'000;

ErrorKind kind_of(int status) {
    switch (status & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorKind::unavailable;
        case SQLITE_MISUSE:
        case SQLITE_RANGE:
        case SQLITE_ERROR:
            return ErrorKind::internal;
        default:  // full, corrupt, no database, not readable
            return ErrorKind::io;
    }
}

Error failed(sqlite3* database, int status) {
    const char* const file = sqlite3_db_filename(database, "main");
    std::string text = file == nullptr ? "the database" : file;
    text += ": ";
    text += sqlite3_errmsg(database);
    const int code = status & 0xFF;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
        text += "; it is damaged: move it away to begin with an empty one";
    }
    return {kind_of(status), std::move(text)};
}

}  // namespace

Statement::~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Statement& Statement::integer(std::int64_t value) {
    status_ |= sqlite3_bind_int64(statement_, ++parameter_, value);
    return *this;
}

Statement& Statement::blob(std::string_view bytes) {
    // A null pointer would bind NULL; the empty text is no NULL.
    const char* const data = bytes.data() == nullptr ? "" : bytes.data();
    status_ |= sqlite3_bind_blob64(statement_, ++parameter_, data, bytes.size(), SQLITE_STATIC);
    return *this;
}

Statement& Statement::null() {
    status_ |= sqlite3_bind_null(statement_, ++parameter_);
    return *this;
}

Result<bool> Statement::step() {
    const int status = status_ != SQLITE_OK ? status_ : sqlite3_step(statement_);
    if (status == SQLITE_ROW || status == SQLITE_DONE) {
        return status == SQLITE_ROW;
    }
    return failed(database_, status);
}

Result<> Statement::run() {
    auto row = step();
    return row ? Result<>() : row.error();
}

std::int64_t Statement::integer_at(int column) const {
    return sqlite3_column_int64(statement_, column);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view Statement::blob_at(int column) const {
    const void* const data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

void Database::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

Result<Database> Database::open(const std::filesystem::path& file) {
    sqlite3* raw = nullptr;
    // One thread at a time: no mutexes of its own are needed.
    const int status =
        sqlite3_open_v2(file.c_str(), &raw,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database{std::unique_ptr<sqlite3, Close>(raw)};
    if (status != SQLITE_OK) {
        return Error(ErrorKind::io,
                     file.string() + ": " + (raw == nullptr ? "no memory" : sqlite3_errmsg(raw)));
    }
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, kBusyMillis);
    // A checkpoint waits for the disk: the owner makes them by time, SQLite itself only when the
    // log has grown to 64 MiB.
    if (auto set = database.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                                "PRAGMA wal_autocheckpoint=16384; PRAGMA cache_size=-4096;"
                                "PRAGMA temp_store=MEMORY;");
        !set) {
        return set.error();
    }
    return database;
}

Result<> Database::run(const char* sql) {
    const int status = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
    return status == SQLITE_OK ? Result<>() : failed(database_.get(), status);
}

Result<std::unique_ptr<Statement>> Database::prepare(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        sqlite3_stmt* made = nullptr;
        const int status =
            sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                               SQLITE_PREPARE_PERSISTENT, &made, nullptr);
        if (status != SQLITE_OK) {
            return failed(database_.get(), status);
        }
        found = statements_.emplace(sql, made).first;
    }
    return std::make_unique<Statement>(database_.get(), found->second.get());
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

std::int64_t Database::changes() const { return sqlite3_changes(database_.get()); }

void Database::checkpoint() {
    sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                              nullptr);
}

}  // namespace rookery::store
