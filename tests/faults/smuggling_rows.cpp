// Requests whose end two servers could see in different places. Behind each lies a whole hop of a
// worker: it must never be taken for one, neither straight nor behind nginx.

#include "tests/faults/row.hpp"
#include "tests/faults/sockets.hpp"

namespace jangkau::faults {
namespace {

constexpr std::string_view kForm =
    "sessionId=smuggled&phoneNumber=%2B6281234500009"
    "&serviceCode=%2A123%2A4567%23&text=";

std::string hop() {
    return "POST /ussd/africastalking HTTP/1.1\r\nHost: a\r\n"
           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
           std::to_string(kForm.size()) + "\r\n\r\n" + std::string(kForm);
}

struct Case {
    std::string name;
    std::string header;  ///< of a POST
    std::string body;    ///< what follows it
    std::string first = "POST /open HTTP/1.1";
};

/// A body of no chunks, and the hop behind it.
std::string after_chunks() { return "0\r\n\r\n" + hop(); }
/// A chunk that holds the hop.
std::string in_a_chunk() {
    char size[16];
    std::snprintf(size, sizeof(size), "%zx", hop().size());
    return std::string(size) + "\r\n" + hop() + "\r\n0\r\n\r\n";
}
std::string length(std::size_t bytes) { return "Content-Length: " + std::to_string(bytes); }

std::vector<Case> cases() {
    std::vector<Case> all;
    const std::string whole = length(after_chunks().size());
    const std::string chunked = "Transfer-Encoding: chunked";
    const auto add = [&](std::string name, std::string header, std::string body) {
        all.push_back({std::move(name), std::move(header), std::move(body)});
    };
    // A length and a coding.
    add("CL.TE", whole + "\r\n" + chunked, after_chunks());
    add("TE.CL", chunked + "\r\n" + length(4), in_a_chunk());
    add("TE.CL 0", chunked + "\r\n" + length(0), in_a_chunk());
    // Codings that only look like chunked.
    for (const char* coding :
         {"xchunked", "chunked, identity", "identity, chunked", "chunked, chunked", "gzip, chunked",
          "chunked;q=1", "\"chunked\"", "chunked,", ",chunked", "chunk",
          "\x0b"
          "chunked",
          "chunked\x0c", "cow", "identity", "", "chunked x"})
        add("TE " + std::string(coding),
            "Transfer-Encoding: " + std::string(coding) + "\r\n" + whole, after_chunks());
    add("TE alone, unknown", "Transfer-Encoding: xchunked", after_chunks());
    add("TE twice", chunked + "\r\nTransfer-Encoding: identity", after_chunks());
    add("TE twice, chunked last", "Transfer-Encoding: identity\r\n" + chunked, after_chunks());
    // Names that only look like it: the other server's body ends elsewhere.
    for (const char* name : {"Transfer-Encoding ", " Transfer-Encoding", "Transfer-Encoding\t",
                             "Transfer-Encoding\x0b", "Transfer\x01-Encoding"})
        add("name '" + std::string(name) + "'", std::string(name) + ": chunked\r\n" + length(4),
            in_a_chunk());
    add("folded", "Transfer-Encoding:\r\n chunked\r\n" + whole, after_chunks());
    add("folded with a tab", "Transfer-Encoding:\r\n\tchunked", after_chunks());
    add("bare LF before TE", "X: y\n" + chunked + "\r\n" + length(4), in_a_chunk());
    add("bare CR before TE", "X: y\r" + chunked + "\r\n" + length(4), in_a_chunk());
    add("NUL in TE", std::string("Transfer-Encoding: chu\0nked\r\n", 29) + whole, after_chunks());
    // Lengths.
    for (const char* value : {"+0", "-1", "0x0", "0 0", "0,0", "0, 1", "1e1", "0;", "\"0\"",
                              "0000000000000000000x", "18446744073709551616"})
        add("CL " + std::string(value), "Content-Length: " + std::string(value), hop());
    add("CL twice", length(0) + "\r\n" + length(hop().size()), hop());
    add("CL twice, the long first", length(hop().size() + 1) + "\r\n" + length(0), hop());
    add("CL with a blank before the colon", "Content-Length : 0\r\n" + length(hop().size()), hop());
    // Chunks.
    for (const char* size : {"0x0", "-0", "+0", "0 x", "00000000000000000000000x", ";", "g", "\n0"})
        add("chunk size " + std::string(size), chunked, std::string(size) + "\r\n\r\n" + hop());
    add("chunk with bare LF", chunked, "0\n\n" + hop());
    add("chunk extension with bare LF", chunked, "0;a\nb\r\n\r\n" + hop());
    add("chunk data without its end", chunked, "1\r\nab\r\n0\r\n\r\n" + hop());
    add("trailer that is a header", chunked, "0\r\nContent-Length: 5\r\n\r\n" + hop());
    // Requests.
    all.push_back({"TE in HTTP/1.0", chunked, after_chunks(), "POST /open HTTP/1.0"});
    all.push_back({"two hosts", "Host: b\r\n" + length(0), hop()});
    all.push_back({"no version", length(0), hop(), "POST /open"});
    all.push_back({"version 1.2x", length(0), hop(), "POST /open HTTP/1.2x"});
    return all;
}

std::string bytes_of(const Case& one) {
    return one.first + "\r\nHost: a\r\n" + one.header + "\r\n\r\n" + one.body;
}

/// How many answers came; the connection is at its end.
std::size_t answers(RawClient& client) {
    client.finish_sending();
    const std::string all = client.rest();
    std::size_t count = 0;
    for (std::size_t at = 0; (at = all.find("HTTP/1.1 ", at)) != all.npos; ++at) ++count;
    return count;
}

/// Debian's nginx between a client and the gateway; passes on /open only.
class Nginx {
public:
    Nginx(const std::string& folder, const std::string& gateway) : folder_(folder + "/nginx") {
        std::filesystem::create_directory(folder_);
        const int port = free_port();
        address_ = "127.0.0.1:" + std::to_string(port);
        std::ofstream(folder_ + "/conf")
            << "daemon off; master_process off; worker_processes 1; pid " << folder_ << "/pid;\n"
            << "error_log " << folder_ << "/errors;\nevents { worker_connections 64; }\nhttp {\n"
            << "access_log off; client_body_temp_path " << folder_ << "/b; proxy_temp_path "
            << folder_ << "/p; fastcgi_temp_path " << folder_ << "/f; uwsgi_temp_path " << folder_
            << "/u; scgi_temp_path " << folder_ << "/s;\n"
            << "upstream gateway { server " << gateway << "; keepalive 1; }\n"
            << "server { listen " << address_ << ";\n"
            << "location / { return 403; }\n"
            << "location /open { proxy_pass http://gateway; proxy_http_version 1.1;\n"
            << "proxy_set_header Connection \"\"; proxy_request_buffering off; "
            << "proxy_ignore_client_abort on;\n"
            << "proxy_set_header X-Forwarded-For $remote_addr; } } }\n";
        process_ = std::make_unique<Process>(
            std::vector<std::string>{"/usr/sbin/nginx", "-c", folder_ + "/conf", "-p", folder_},
            folder_ + "/log");
    }
    ~Nginx() {
        process_->signal(SIGTERM);
        process_->wait();
    }
    /// False when it does not listen within ten seconds.
    [[nodiscard]] bool ready() const {
        for (int i = 0; i < 500; ++i) {
            const auto response =
                gateway::fetch({"GET", "http://" + address_ + "/", "", {}, "", ""}, 1s);
            if (response && response->status == 403) return true;
            std::this_thread::sleep_for(20ms);
        }
        return false;
    }
    [[nodiscard]] const std::string& address() const { return address_; }

private:
    static int free_port() {
        const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(probe, any, size), 0);
        EXPECT_EQ(::getsockname(probe, any, &size), 0);
        ::close(probe);
        return ntohs(address.sin_port);
    }

    const std::string folder_;
    std::string address_;
    std::unique_ptr<Process> process_;
};

std::string smuggling(World& world) {
    world.begin();
    const auto turns = [&] { return world.metric("jangkau_ussd_turns_total"); };
    double before = turns();
    const auto all = cases();
    EXPECT_GE(all.size(), 40U);
    for (const Case& one : all) {
        RawClient client = connect_from("127.0.0.2", world.address());
        client.send(bytes_of(one));
        EXPECT_LE(answers(client), 1U) << one.name << ": two answers to one request";
        const double now = turns();
        EXPECT_EQ(now, before) << one.name << ": the hop was taken";
        before = now;
    }
    const Nginx nginx(world.folder(), world.address());
    if (!nginx.ready()) {
        ADD_FAILURE() << "nginx does not start (./dev setup installs it)";
        return "";
    }
    const double seen = world.metric("jangkau_http_requests");
    for (const Case& one : all) {
        RawClient client(nginx.address());
        client.send(bytes_of(one));
        (void)answers(client);
        const double now = turns();
        EXPECT_EQ(now, before) << one.name << ": the hop was taken, behind nginx";
        before = now;
    }
    // Without our own questions.
    const auto passed = static_cast<int>(world.metric("jangkau_http_requests") - seen - 1) -
                        static_cast<int>(all.size());
    EXPECT_GE(passed, 1) << "nginx passes nothing on: it proves nothing about us";
    // That hop is a good one, and such a request does pass through nginx.
    RawClient honest(nginx.address());
    honest.send("POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(gateway::status_of(honest.response()), 404);
    RawClient direct = connect_from("127.0.0.2", world.address());
    direct.send(hop());
    EXPECT_EQ(gateway::status_of(direct.response()), 200);
    EXPECT_EQ(turns(), before + 1) << "the hop would not have been noticed";
    return std::to_string(all.size()) + " cases straight and behind nginx (which passed on " +
           std::to_string(passed) + "): 0 smuggled";
}

}  // namespace

std::vector<Row> smuggling_rows() {
    return {{"H-7", "smuggled requests", "refused and closed; never carried out",
             "a length and a coding, codings and lengths that are none, straight and behind nginx",
             smuggling}};
}

}  // namespace jangkau::faults
