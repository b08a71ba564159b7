#include "milepost/base/fd.hpp"

#include "support.hpp"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace milepost::test;

namespace {

const std::string k_engine = engine_under_test();

/// A server on all addresses of this machine that answers every connection with one HTTP response.
class HostServer {
 public:
  HostServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_.get(), 16) == 0);
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~HostServer() {
    ::shutdown(socket_.get(), SHUT_RDWR);
    thread_.join();
  }
  const std::string& port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void serve() {
    while (true) {
      const milepost::Fd peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!peer) return;
      ++connections_;
      char request[4096];
      static_cast<void>(::recv(peer.get(), request, sizeof request, 0));
      constexpr std::string_view answer =
          "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nhi\n";
      static_cast<void>(::send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL));
    }
  }

  milepost::Fd socket_;
  std::string port_;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

/// A web server in a container of its own on the engine's ordinary network: something on the network that is
/// not this machine.
class Neighbour {
 public:
  Neighbour() {
    id_ = engine_output(k_engine,
                        {"run", "--detach", "--rm", "--tmpfs", "/www", "milepost-agent:latest", "sh", "-c",
                         "cd /www && echo hi > index.html && (python3 -m http.server 8001 & exec python3 -m "
                         "http.server 8000)"});
    address_ = engine_output(k_engine, {"inspect", "--format", "{{.NetworkSettings.IPAddress}}", id_});
    gateway_ = engine_output(k_engine, {"inspect", "--format", "{{.NetworkSettings.Gateway}}", id_});
    REQUIRE_FALSE(address_.empty());
    REQUIRE_FALSE(gateway_.empty());
  }
  ~Neighbour() { engine_output(k_engine, {"rm", "--force", id_}); }
  const std::string& address() const { return address_; }
  const std::string& gateway() const { return gateway_; }  ///< this machine's own address on that network

 private:
  std::string id_, address_, gateway_;
};

/// Shell functions for the tasks: `raw NAME REQUEST` sends bytes to the proxy (by a process of its own and at
/// once: the proxy may hang up after the first line), `web NAME CURL-ARGUMENTS…`; each adds "NAME STATUS" to
/// the file `seen`, 000 for none.
constexpr const char* k_functions = R"(
proxy=${HTTP_PROXY#http://}
raw() { printf '%s ' "$1" >> seen; { exec 3<>"/dev/tcp/${proxy%:*}/${proxy#*:}"; printf "$2" > /tmp/bytes; cat /tmp/bytes >&3
  timeout 8 head -c 12 <&3 | tail -c 3 | tr -d '\0' >> seen; exec 3>&-; } 2>/dev/null || true; echo >> seen; }
tunnel() { raw "$1" "CONNECT $1 HTTP/1.1\r\nHost: $1\r\n\r\n"; }
web() { n=$1; shift; c=$(curl -s -o /dev/null -m 8 -w '%{http_code}' "$@" || true); echo "$n $c" >> seen; }
)";

std::map<std::string, std::string> seen(const Project& project) {
  std::map<std::string, std::string> all;
  for (const std::string& line : lines(project.text("seen"))) {
    const std::size_t blank = line.rfind(' ');
    if (blank != std::string::npos) all[line.substr(0, blank)] = line.substr(blank + 1);
  }
  return all;
}

Words allowlist(const Words& allowed) {
  Words words = {"run", "M1_test.md", "--set", "network.mode=allowlist"};
  for (const std::string& target : allowed) {
    words.push_back("--set");
    words.push_back("network.allow=" + target);
  }
  return words;
}

bool network_exists(const std::string& run_part) {
  return engine_output(k_engine, {"network", "ls", "--format", "{{.Name}}"}).find(run_part) !=
         std::string::npos;
}

/// The names of the proxies' containers of this test's runs: those whose network label is like the agent's
/// name.
std::string proxy_of(const std::string& container) {
  return container + "-egress";
}

}  // namespace

TEST_CASE("F39: an allowlist lets through what it names, under whatever other name a host is asked for") {
  const Neighbour neighbour;
  const std::string& ip = neighbour.address();
  Project project;
  project.plan({{"1.1", "Try", std::string(k_functions) + "ip=" + ip + R"(
web listed http://$ip:8000/
web listed-tunnel -p http://$ip:8000/
web other-port http://$ip:8001/
web other-host http://denied.example/
web direct --noproxy '*' http://$ip:8000/
web metadata http://169.254.169.254/latest/
web metadata-direct --noproxy '*' http://169.254.169.254/latest/
web manager http://$proxy/squid-internal-mgr/menu
raw manager-path "GET /squid-internal-mgr/menu HTTP/1.1\r\nHost: $proxy\r\n\r\n"
raw host-header "GET http://denied.example/ HTTP/1.1\r\nHost: $ip:8000\r\n\r\n"
raw userinfo "GET http://$ip:8000@denied.example/ HTTP/1.1\r\nHost: $ip:8000\r\n\r\n"
tunnel allowed.example:443
tunnel ALLOWED.Example:443
tunnel allowed.example.:443
tunnel allowed.example:22
tunnel allowed.example:80
tunnel evil-allowed.example:443
tunnel evilallowed.example:443
tunnel sub.allowed.example:443
tunnel allowed.example.evil.example:443
tunnel xn--allwed-qxa.example:443
tunnel user@allowed.example:443
tunnel allowed.example:443@evil.example:443
tunnel a.wild.example:443
tunnel evilwild.example:443
raw nul "CONNECT evil.example\0.allowed.example:443 HTTP/1.1\r\nHost: allowed.example:443\r\n\r\n"
raw percent-nul "CONNECT evil.example%%00.allowed.example:443 HTTP/1.1\r\nHost: x\r\n\r\n"
IFS=. read -r a b c d <<< "$ip"
tunnel $(( (a<<24) + (b<<16) + (c<<8) + d )):8001
tunnel $(printf '0x%02x%02x%02x%02x' $a $b $c $d):8001
tunnel $(printf '0%o.0%o.0%o.0%o' $a $b $c $d):8001
tunnel "[::ffff:$ip]:8001"
tunnel 127.0.0.1:3128
tunnel [::1]:3128
tunnel localhost:3128
)"}});
  const Ended run = project.milepost(allowlist({ip + ":8000", "allowed.example", "*.wild.example"}), 120s);
  INFO(run.err);
  REQUIRE(run.exit == 0);
  std::map<std::string, std::string> status = seen(project);
  CHECK(status["listed"] == "200");
  CHECK(status["listed-tunnel"] == "200");
  CHECK(status["direct"] == "000");
  CHECK(status["metadata-direct"] == "000");
  // Let through, and then not found.
  for (const char* name :
       {"allowed.example:443", "ALLOWED.Example:443", "allowed.example.:443", "a.wild.example:443",
        // What is checked is what is connected to: the host before the port.
        "allowed.example:443@evil.example:443"}) {
    CAPTURE(name);
    CHECK(status[name].starts_with("5"));
    status.erase(name);
  }
  for (const char* done : {"listed", "listed-tunnel", "direct", "metadata-direct"}) status.erase(done);
  CHECK(status.size() == 25);
  for (const auto& refused : status) {
    CAPTURE(refused.first);
    CHECK((refused.second == "403" || refused.second == "400"));
  }
  const Json egress = project.report()["egress"];
  CHECK(egress["mode"] == "allowlist");
  CHECK(egress["allowed"].size() == 3);
  const std::string denied = egress["denied"].dump();
  CHECK(denied.find("denied.example:80") != std::string::npos);
  CHECK(denied.find("milepost.invalid") == std::string::npos);
  CHECK(run.says("! the network refused "));
}

TEST_CASE("F39: without the proxy nothing is in reach: this machine, resolvers, UDP, IPv6, the engine") {
  const HostServer server;
  const std::string python = R"(
import socket, sys, time
def tcp(name, host, port):
    try:
        socket.create_connection((host, port), 3).close(); print(name, "open")
    except ConnectionRefusedError: print(name, "refused")
    except OSError: print(name, "none")
question = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x01\0\x01"
def dns(name, host):
    try:
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(2); s.sendto(question, (host, 53))
        print(name, "looked-up" if s.recv(512)[3] & 15 in (0, 3) else "none")
    except OSError: print(name, "none")
def lookup(name, host):
    try: socket.gethostbyname(host); print(name, "found")
    except OSError: print(name, "none")
gateway = sys.argv[1]
tcp("machine", gateway, int(sys.argv[2])); tcp("engine", gateway, 2375); tcp("desktop", "192.168.65.7", 2375)
tcp("internet", "1.1.1.1", 443); tcp("ipv6", "2606:4700:4700::1111", 443)
dns("dns-internet", "8.8.8.8"); dns("dns-engine", "127.0.0.11"); dns("dns-machine", gateway)
lookup("name", "example.com"); lookup("machine-name", "host.docker.internal")
)";
  const Neighbour neighbour;
  const std::string gateway = neighbour.gateway();
  for (const bool open : {true, false}) {
    CAPTURE(open);
    Project project;
    project.write("look.py", python);
    project.plan({{"1.1", "Look", "python3 look.py " + gateway + " " + server.port() + " > seen"}});
    const Ended run =
        project.milepost(open ? Words{"run", "M1_test.md"} : allowlist({"allowed.example"}), 120s);
    INFO(run.err);
    REQUIRE(run.exit == 0);
    std::map<std::string, std::string> answers = seen(project);
    REQUIRE(answers.size() == 10);
    if (open) {
      // What shows that the questions can be answered otherwise.
      CHECK(answers["machine"] == "open");
      CHECK(answers["machine-name"] == "found");
      CHECK(run.says("network open: the agent can send anything anywhere"));
      CHECK(project.report()["egress"]["mode"] == "open");
    } else {
      for (const auto& answer : answers) {
        CAPTURE(answer.first);
        CHECK(answer.second == "none");
      }
    }
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("a port of this machine is in reach when it was asked for, and only that one") {
  const HostServer wanted, other;
  Project project;
  project.plan({{"1.1", "Try",
                 std::string(k_functions) + "web wanted http://host.docker.internal:" + wanted.port() +
                     "/\nweb other http://host.docker.internal:" + other.port() +
                     "/\nweb other-by-proxy --noproxy x -x $HTTP_PROXY http://host.docker.internal:" +
                     other.port() + "/\n"}});
  Words words = allowlist({});
  words.insert(words.end(), {"--set", "network.host_ports=" + wanted.port(), "--verify",
                             "curl -fsS -m 8 http://host.docker.internal:" + wanted.port()});
  const Ended run = project.milepost(words, 120s);
  INFO(run.err);
  CHECK(run.exit == 0);
  std::map<std::string, std::string> status = seen(project);
  CHECK(status["wanted"] == "200");
  CHECK(status["other"] == "000");
  CHECK(status["other-by-proxy"] == "403");
  CHECK(other.connections() == 0);
}

TEST_CASE("F1, F39: a killed milepost takes the proxy with it, and gc takes the network") {
  const Neighbour neighbour;
  Project project;
  project.plan({{"1.1", "Wait", "touch begun; sleep 300"}});
  Program run = project.start(allowlist({neighbour.address() + ":8000"}));
  REQUIRE(eventually(60s, [&] { return project.has("begun"); }));
  const auto containers = project.containers();
  REQUIRE(containers.size() == 1);
  const std::string proxy = proxy_of(containers.front());
  CHECK(engine_output(k_engine, {"ps", "--quiet", "--filter", "name=" + proxy}) != "");
  CHECK(network_exists(containers.front() + "-net"));
  run.signal(SIGKILL);
  run.wait();
  CHECK(eventually(20s, [&] {
    return engine_output(k_engine, {"ps", "--all", "--quiet", "--filter", "name=" + containers.front()})
        .empty();
  }));
  const Ended gc = project.milepost({"gc"});
  INFO(gc.err);
  CHECK(gc.exit == 0);
  CHECK(gc.out.find("removed  " + containers.front() + "-net") != std::string::npos);
  CHECK_FALSE(network_exists(containers.front() + "-net"));
}

TEST_CASE("F38, F39: when the proxy dies nothing gets out any more, and nothing is left of a run") {
  const Neighbour neighbour;
  Project project;
  project.plan({{"1.1", "Try",
                 std::string(k_functions) + "u=http://" + neighbour.address() +
                     ":8000/\nweb before $u\ntouch begun\nwhile [ ! -f go ]; do sleep 0.05; done\n"
                     "web after $u\nweb after-direct --noproxy '*' $u\n"}});
  Program run = project.start(allowlist({neighbour.address() + ":8000"}));
  REQUIRE(eventually(60s, [&] { return project.has("begun"); }));
  const auto containers = project.containers();
  REQUIRE(containers.size() == 1);
  engine_output(k_engine, {"rm", "--force", proxy_of(containers.front())});
  project.write("go", "");
  const Ended ended = run.wait();
  INFO(ended.err);
  CHECK(ended.exit == 0);
  std::map<std::string, std::string> status = seen(project);
  CHECK(status["before"] == "200");
  CHECK(status["after"] == "000");
  CHECK(status["after-direct"] == "000");
  CHECK(
      engine_output(k_engine, {"ps", "--all", "--quiet", "--filter", "name=" + containers.front()}).empty());
  CHECK_FALSE(network_exists(containers.front() + "-net"));
}

TEST_CASE("an allowlist without its proxy's image starts nothing") {
  Project project;
  project.plan({{"1.1", "Never", "touch begun"}});
  Words words = allowlist({"allowed.example"});
  words.insert(words.end(), {"--set", "network.proxy_image=milepost-egress:no-such"});
  const Ended run = project.milepost(words);
  CHECK(run.exit == 3);
  CHECK(run.says("egress-image"));
  CHECK_FALSE(project.has("begun"));
}

TEST_CASE("exec has the network of a run") {
  Project project;
  const Ended exec = project.milepost({"exec", "--set", "network.mode=allowlist", "--set",
                                       "network.allow=allowed.example", "--", "bash", "-c",
                                       "curl -s -m 5 -o /dev/null -w '%{http_code}' http://denied.example/"});
  INFO(exec.err);
  CHECK(exec.exit == 0);
  CHECK(exec.out == "403");
  CHECK(exec.says("the network refused denied.example:80"));
}
