#include "plugin/names.hpp"

namespace rookery::plugin {

Result<Names::Claim> Names::claim(std::string_view declared, std::string_view file) {
    const std::scoped_lock lock(mutex_);
    Holder& holder = holders_[std::string(declared)];
    if (holder.count != 0 && holder.file != file) {
        return Error(ErrorKind::exists, "declares the name \"" + std::string(declared) +
                                            "\", which the plugin " + holder.file + " has already");
    }
    holder.file = file;
    ++holder.count;
    return Claim(shared_from_this(), std::string(declared));
}

Names::Claim::~Claim() {
    if (names_ == nullptr) {
        return;
    }
    const std::scoped_lock lock(names_->mutex_);
    const auto found = names_->holders_.find(declared_);
    if (found != names_->holders_.end() && --found->second.count == 0) {
        names_->holders_.erase(found);
    }
}

}  // namespace rookery::plugin
