#include "tests/faults/power.hpp"

#include <filesystem>
#include <fstream>
#include <new>
#include <utility>

namespace jangkau::faults {
namespace {

constexpr std::size_t kSector = 512;

std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

/// The real file lies behind it in memory, where SQLite made room for both.
struct PowerDisk::File {
    sqlite3_file base;
    PowerDisk* disk;
    std::shared_ptr<Inode> inode;  ///< null: a temporary file, of which nothing has to last
    bool new_name;                 ///< SQLite syncs the folder with the first sync of a log

    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
    static const sqlite3_io_methods& real_methods(sqlite3_file* file) {
        return *of(file).real()->pMethods;
    }
};

PowerDisk::PowerDisk(unsigned seed, std::size_t operations, bool lies)
    : real_(sqlite3_vfs_find(nullptr)),
      vfs_(*real_),
      random_(seed),
      operations_max_(operations),
      lies_(lies),
      kept_percent_(25 * (seed % 5)) {
    vfs_.zName = "power";
    vfs_.pNext = nullptr;
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    sqlite3_vfs_register(&vfs_, 1);
}

PowerDisk::~PowerDisk() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
}

bool PowerDisk::powered() {
    if (!off_ && operations_++ >= operations_max_) off_ = true;
    return !off_;
}

void PowerDisk::change(std::string& content, const Change& change) {
    const auto at = static_cast<std::size_t>(change.at);
    if (change.cuts) return content.resize(std::min(content.size(), at));
    if (content.size() < at + change.bytes.size()) content.resize(at + change.bytes.size());
    content.replace(at, change.bytes.size(), change.bytes);
}

void PowerDisk::sync(File& file) {
    if (lies_ || !file.inode) return;
    for (const Change& one : file.inode->since) change(file.inode->durable, one);
    file.inode->since.clear();
    if (std::exchange(file.new_name, false)) durable_names_ = names_;
}

/// Each sector of it by itself, as they lie on the disk.
void PowerDisk::tear(std::string& content, const Change& whole) {
    for (std::size_t done = 0; done < whole.bytes.size();) {
        const std::size_t at = static_cast<std::size_t>(whole.at) + done;
        const std::size_t size = std::min(kSector - at % kSector, whole.bytes.size() - done);
        if (chance(50))
            change(content,
                   {false, static_cast<sqlite3_int64>(at), whole.bytes.substr(done, size)});
        done += size;
    }
}

/// That a later change may be there without an earlier one is what another order would come to.
std::string PowerDisk::found(const Inode& inode) {
    std::string content = inode.durable;
    for (const Change& one : inode.since) {
        if (chance(kept_percent_))
            change(content, one);
        else if (!one.cuts && chance(kept_percent_))
            tear(content, one);
    }
    return content;
}

void PowerDisk::leave(const std::string& folder, const std::string& into) {
    off_ = true;
    Names all = durable_names_;
    all.insert(names_.begin(), names_.end());
    for (const auto& [path, any] : all) {
        if (!path.starts_with(folder + "/")) continue;
        const auto& names = chance(kept_percent_) ? names_ : durable_names_;
        const auto at = names.find(path);
        if (at == names.end()) continue;
        std::ofstream(into + path.substr(folder.size()), std::ios::binary) << found(*at->second);
    }
}

int PowerDisk::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    PowerDisk& disk = *static_cast<PowerDisk*>(vfs->pAppData);
    const std::lock_guard lock(disk.mutex_);
    file->pMethods = nullptr;
    const bool lasts = name && !(flags & SQLITE_OPEN_DELETEONCLOSE);
    const bool makes =
        lasts && (flags & SQLITE_OPEN_CREATE) && !std::filesystem::exists(std::string(name));
    if (makes ? !disk.powered() : disk.off()) return SQLITE_IOERR;
    File& opened = *new (file) File{{nullptr}, &disk, nullptr, false};
    const int failed = disk.real_->xOpen(disk.real_, name, opened.real(), flags, out);
    if (failed != SQLITE_OK) {
        opened.~File();
        return failed;
    }
    file->pMethods = &methods();
    if (!lasts) return SQLITE_OK;
    auto& inode = disk.names_[name];
    if (!makes && !inode) {  // of before this disk
        inode = disk.durable_names_[name] = std::make_shared<Inode>();
        inode->durable = content_of(name);
    }
    if (makes) inode = std::make_shared<Inode>();
    opened.inode = inode;
    opened.new_name = makes && !(flags & SQLITE_OPEN_MAIN_DB);
    return SQLITE_OK;
}

int PowerDisk::remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    PowerDisk& disk = *static_cast<PowerDisk*>(vfs->pAppData);
    const std::lock_guard lock(disk.mutex_);
    if (!disk.powered()) return SQLITE_IOERR_DELETE;
    disk.names_.erase(name);
    if (sync_folder && !disk.lies_) disk.durable_names_ = disk.names_;
    return disk.real_->xDelete(disk.real_, name, 0);
}

const sqlite3_io_methods& PowerDisk::methods() {
    static const sqlite3_io_methods all = [] {
        sqlite3_io_methods m{};
        m.iVersion = 2;  // without mapped pages, which nobody could take back
        m.xClose = [](sqlite3_file* file) {
            const int failed = File::real_methods(file).xClose(File::of(file).real());
            File::of(file).~File();
            return failed;
        };
        m.xRead = [](sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
            if (File::of(file).disk->off_) return SQLITE_IOERR_READ;
            return File::real_methods(file).xRead(File::of(file).real(), into, size, at);
        };
        m.xWrite = [](sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
            File& own = File::of(file);
            const std::lock_guard lock(own.disk->mutex_);
            const auto* bytes = static_cast<const char*>(from);
            const auto count = static_cast<std::size_t>(size);
            const bool was_off = own.disk->off_;
            const bool powered = own.disk->powered();
            // What was being written when it went may be there, too.
            if (own.inode && !was_off)
                own.inode->since.push_back({false, at, std::string(bytes, count)});
            if (!powered) return SQLITE_IOERR_WRITE;
            return File::real_methods(file).xWrite(own.real(), from, size, at);
        };
        m.xTruncate = [](sqlite3_file* file, sqlite3_int64 size) {
            File& own = File::of(file);
            const std::lock_guard lock(own.disk->mutex_);
            if (!own.disk->powered()) return SQLITE_IOERR_TRUNCATE;
            if (own.inode) own.inode->since.push_back({true, size, {}});
            return File::real_methods(file).xTruncate(own.real(), size);
        };
        m.xSync = [](sqlite3_file* file, int) {
            File& own = File::of(file);
            const std::lock_guard lock(own.disk->mutex_);
            if (!own.disk->powered()) return SQLITE_IOERR_FSYNC;
            own.disk->sync(own);
            return SQLITE_OK;
        };
        m.xFileSize = [](sqlite3_file* file, sqlite3_int64* size) {
            return File::real_methods(file).xFileSize(File::of(file).real(), size);
        };
        m.xLock = [](sqlite3_file* file, int lock) {
            return File::real_methods(file).xLock(File::of(file).real(), lock);
        };
        m.xUnlock = [](sqlite3_file* file, int lock) {
            return File::real_methods(file).xUnlock(File::of(file).real(), lock);
        };
        m.xCheckReservedLock = [](sqlite3_file* file, int* held) {
            return File::real_methods(file).xCheckReservedLock(File::of(file).real(), held);
        };
        m.xFileControl = [](sqlite3_file* file, int what, void* argument) {
            return File::real_methods(file).xFileControl(File::of(file).real(), what, argument);
        };
        m.xSectorSize = [](sqlite3_file* file) {
            return File::real_methods(file).xSectorSize(File::of(file).real());
        };
        m.xDeviceCharacteristics = [](sqlite3_file* file) {
            return File::real_methods(file).xDeviceCharacteristics(File::of(file).real());
        };
        m.xShmMap = [](sqlite3_file* file, int page, int size, int extend, void volatile** out) {
            return File::real_methods(file).xShmMap(File::of(file).real(), page, size, extend, out);
        };
        m.xShmLock = [](sqlite3_file* file, int offset, int count, int flags) {
            return File::real_methods(file).xShmLock(File::of(file).real(), offset, count, flags);
        };
        m.xShmBarrier = [](sqlite3_file* file) {
            File::real_methods(file).xShmBarrier(File::of(file).real());
        };
        m.xShmUnmap = [](sqlite3_file* file, int remove) {
            return File::real_methods(file).xShmUnmap(File::of(file).real(), remove);
        };
        return m;
    }();
    return all;
}

}  // namespace jangkau::faults
