#include "milepost/base/error.hpp"
#include "milepost/container/container_spec.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace milepost;

TEST_CASE("F56: arguments that open the machine are refused") {
  const std::vector<std::vector<std::string>> dangerous = {
      {"--privileged"},
      {"--privileged=true"},
      {"--cap-add", "SYS_ADMIN"},
      {"--cap-add=CAP_SYS_ADMIN"},
      {"--pid", "host"},
      {"--pid=host"},
      {"--network=host"},
      {"--net", "host"},
      {"--userns=host"},
      {"--ipc=host"},
      {"--device", "/dev/sda"},
      {"--security-opt", "seccomp:unconfined"},
      {"--security-opt=no-new-privileges:false"},
      {"--mount", "type=bind,src=/var/run/docker.sock,dst=/s"},
      {"-v", "//var//run/docker.sock:/s"},
      {"-v", "/:/h"},
      {"-v/:/h"},
      {"--volume=/home/me/.ssh:/s"},
      {"--volumes-from", "other"},
      {"--use-api-socket"},
      {"-e", "SECRET=x"},
      {"--env", "SECRET=x"},
      {"--env=ANTHROPIC_API_KEY=x"},
      {"--env=DATABASE_URL=postgres://user:pass@host/db"},
      {"--env=INNOCENT=ghp_abcdefghijklmnop"},
      {"--env", "PATH_TO_THINGS"},
      {"--env=LD_PRELOAD=/workspace/x.so"},
      {"--env-file", "/tmp/x"},
      {"-it"},
      {"-d"},
      {"--priv"},
      {"--privilege"},
      {"--dn", "1.1.1.1"},
      {"--Privileged"},
      {"--unknown-flag=1"},
      {"--"},
      {"image-name"},
      {""},
      {"--dns"},
      {"--dns=host"},
      {"--dns=1.1.1.1 --privileged"},
      {"--hostname=x\n--privileged"},
      {"--hostname", "--privileged"},
      {"--add-host=box:host-gateway"},
      {"--label=milepost.run=other"},
      {"--label=milepost.owner.pid=1"},
      {"--tmpfs=/workspace"},
      {"--tmpfs=/workspace/build"},
      {"--tmpfs=/opt/milepost/programs"},
      {"--tmpfs=/opt"},
      {"--tmpfs=/"},
      {"--tmpfs=/etc"},
      {"--tmpfs=/cache/../etc"},
      {"--tmpfs=/cache:suid"},
      {"--tmpfs=/cache:dev"},
      {"--runtime=other"},
      {"--restart=always"},
      {"--name=other"},
      {"--user=0"},
      {"--oom-kill-disable"},
      {"--memory=100g"},
  };
  for (const auto& arguments : dangerous) {
    CAPTURE(arguments.front());
    CHECK_THROWS_AS(check_engine_arguments(arguments), UsageError);
  }
}

TEST_CASE("F56: a dangerous argument behind a harmless one is refused too") {
  CHECK_THROWS_AS(check_engine_arguments({"--dns=1.1.1.1", "--privileged"}), UsageError);
  CHECK_THROWS_AS(check_engine_arguments({"--hostname", "box", "-v", "/:/h"}), UsageError);
}

TEST_CASE("harmless arguments come back as one word each") {
  CHECK(check_engine_arguments({}).empty());
  CHECK(check_engine_arguments({"--dns",
                                "1.1.1.1",
                                "--dns-search=example.org",
                                "--add-host",
                                "db:10.0.0.7",
                                "--add-host=six:::1",
                                "--shm-size",
                                "512m",
                                "--ulimit=core=0",
                                "--ulimit",
                                "nofile=1024:2048",
                                "--hostname",
                                "box",
                                "--env",
                                "LANG=C.UTF-8",
                                "--env=EMPTY=",
                                "--tmpfs",
                                "/cache:rw,size=64m,mode=1777",
                                "--tmpfs=/run",
                                "--platform",
                                "linux/amd64",
                                "--label",
                                "team=compiler"}) ==
        std::vector<std::string>{"--dns=1.1.1.1", "--dns-search=example.org", "--add-host=db:10.0.0.7",
                                 "--add-host=six:::1", "--shm-size=512m", "--ulimit=core=0",
                                 "--ulimit=nofile=1024:2048", "--hostname=box", "--env=LANG=C.UTF-8",
                                 "--env=EMPTY=", "--tmpfs=/cache:rw,size=64m,mode=1777", "--tmpfs=/run",
                                 "--platform=linux/amd64", "--label=team=compiler"});
}

TEST_CASE("F56: a refusal says what the argument would open and what is allowed") {
  try {
    check_engine_arguments({"--use-api-socket"});
    FAIL("not refused");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()).find("'--use-api-socket' is refused: the engine's socket") !=
          std::string::npos);
    CHECK(error.next_step().find("--dns") != std::string::npos);
  }
}

TEST_CASE("the value of a refused variable is not repeated") {
  try {
    check_engine_arguments({"--env=API_TOKEN=hunter2"});
    FAIL("not refused");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()).find("hunter2") == std::string::npos);
    CHECK(std::string(error.what()).find("API_TOKEN") != std::string::npos);
  }
}
