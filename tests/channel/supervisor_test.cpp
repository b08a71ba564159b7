#include "milepost/base/error.hpp"

#include "supervised.hpp"
#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>

using namespace milepost;
using namespace milepost::test;

TEST_CASE("a process's output, exit code and byte counts arrive") {
  Supervised host;
  const ProcessEnd end = host.run(bash("echo out; echo err >&2; exit 3"));
  CHECK(end.started);
  CHECK(end.exited);
  CHECK(end.code == 3);
  CHECK(end.reason == EndReason::by_itself);
  CHECK(end.error == "");
  CHECK(end.survivors == 0);
  CHECK(end.max_rss_bytes > 0);
  CHECK(host.output.out == "out\n");
  CHECK(host.output.err == "err\n");
  CHECK(end.stdout_bytes == 4);
  CHECK(end.stderr_bytes == 4);
  CHECK_FALSE(end.success());
  CHECK(host.close().code == 0);
}

TEST_CASE("F32: input larger than every buffer on the way passes through unchanged") {
  Supervised host;
  ProcessSpec spec = program({"cat"});
  for (int i = 0; i < 700'000; ++i) spec.input += std::to_string(i) + '\n';
  const ProcessEnd end = host.run(spec);
  CHECK(end.success());
  CHECK(host.output.out == spec.input);
}

TEST_CASE("a process without input reads end of file at once") {
  Supervised host;
  CHECK(host.run(program({"cat"})).success());
}

TEST_CASE("a process that ends without reading its input is not held up by it") {
  Supervised host;
  ProcessSpec spec = bash("exec <&-; echo done");
  spec.input = std::string(3'000'000, 'x');
  CHECK(host.run(spec).success());
  CHECK(host.output.out == "done\n");
  CHECK(host.run(bash("echo next")).success());
}

TEST_CASE("open input is written piece by piece until it is closed") {
  Supervised host;
  ProcessSpec spec = program({"cat"});
  spec.input = "first ";
  spec.open_input = true;
  ChannelProcess process = host.channel().start(spec, host.output);
  const std::string large(1'000'000, 'y');
  process.write_input(large);
  process.write_input(" last");
  process.close_input();
  CHECK(process.wait({}).success());
  CHECK(host.output.out == "first " + large + " last");
}

TEST_CASE("a process has the given environment and nothing else") {
  Supervised host;
  ProcessSpec spec = program({"env"});
  spec.environment = {"PATH=/usr/bin:/bin", "ONE=1"};
  CHECK(host.run(spec).success());
  CHECK(host.output.out == "PATH=/usr/bin:/bin\nONE=1\n");
}

TEST_CASE("a process has no descriptor, no blocked or ignored signal of the supervisor") {
  Supervised host;
  CHECK(host.run(bash("ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status")).success());
  CHECK(host.output.out == "4\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("a process starts in its directory and in a session of its own") {
  const ScratchDir scratch;
  Supervised host;
  ProcessSpec spec = bash("pwd; test $(ps -o sid= -p $$) = $$ && echo leader");
  spec.directory = scratch.path();
  CHECK(host.run(spec).success());
  CHECK(host.output.out == scratch.path().string() + "\nleader\n");
}

TEST_CASE("an environment and arguments of several frames arrive") {
  Supervised host;
  ProcessSpec spec = bash("printf %s \"$V0$V1$V2$V3\" | wc -c; printf %s \"$1\" | wc -c");
  for (int i = 0; i < 4; ++i)
    spec.environment.push_back("V" + std::to_string(i) + "=" + std::string(100'000, 'v'));
  spec.argv.insert(spec.argv.end(), {"name", std::string(120'000, 'a')});
  CHECK(host.run(spec).success());
  CHECK(host.output.out == "400000\n120000\n");
}

TEST_CASE("a program that cannot be started says why") {
  const ScratchDir scratch;
  Supervised host;
  const auto fails = [&](const ProcessSpec& spec, int code, const std::string& text) {
    const ProcessEnd end = host.run(spec);
    CHECK_FALSE(end.started);
    CHECK_FALSE(end.success());
    CHECK(end.code == code);
    CHECK_MESSAGE(end.error.find(text) != std::string::npos, end.error);
  };
  fails(program({"no-such-program-here"}), 127, "'no-such-program-here': not found in PATH (/usr/local/bin:");
  fails(program({"/no/such/file"}), 127, "'/no/such/file': No such file or directory");
  fails(program({"/etc/passwd"}), 126, "'/etc/passwd': Permission denied");
  ProcessSpec lost = program({"true"});
  lost.directory = scratch / "missing";
  fails(lost, 126, "missing': No such file or directory");
  const auto script = scratch.write("script", "#!/no/interpreter\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  fails(program({script.c_str()}), 126, "interpreter or loader that it names is missing");
  ProcessSpec large = program({"true"});
  large.argv.push_back(std::string(200'000, 'x'));
  fails(large, 126, "Argument list too long");
  CHECK(host.run(program({"true"})).success());
}

TEST_CASE("a process that dies of a signal is reported with it") {
  Supervised host;
  const ProcessEnd end = host.run(bash("kill -SEGV $$"));
  CHECK_FALSE(end.exited);
  CHECK(end.signal == SIGSEGV);
  CHECK(end.reason == EndReason::by_itself);
}

TEST_CASE("F29: the supervisor ignores what its processes send it") {
  Supervised host;
  CHECK(
      host.run(
              bash("for s in HUP INT QUIT USR1 USR2 PIPE ALRM TERM CHLD TSTP RTMIN; do kill -$s $PPID; done"))
          .success());
  CHECK(host.run(bash("echo still here")).success());
  CHECK(host.output.out == "still here\n");
}

TEST_CASE("a signal reaches the process and its group") {
  Supervised host;
  WaitingSink sink;
  ProcessSpec spec = bash("trap 'echo trapped' USR1; bash -c 'echo ready; read -r line'; exit $?");
  spec.open_input = true;
  ChannelProcess process = host.channel().start(spec, sink);
  REQUIRE(sink.wait_for_output());
  process.signal(SIGUSR1);
  CHECK(process.wait({}).code == 128 + SIGUSR1);
  CHECK(sink.out == "ready\ntrapped\n");
}

TEST_CASE("output through a file is whole, and the process sees a file") {
  Supervised host;
  ProcessSpec spec = bash("test -f /dev/stdout && echo file; seq 1 300000; echo error >&2");
  spec.output = OutputMode::file;
  const ProcessEnd end = host.run(spec);
  CHECK(end.success());
  CHECK(end.stdout_bytes == host.output.out.size());
  CHECK(host.output.out.starts_with("file\n1\n2\n"));
  CHECK(host.output.out.ends_with("\n299999\n300000\n"));
  CHECK(host.output.out.size() == 5 + 1'988'895);
  CHECK(host.output.err == "error\n");
}

TEST_CASE("output through a file comes while the process still runs") {
  Supervised host;
  WaitingSink sink;
  ProcessSpec spec = bash("echo question; read -r answer; echo $answer");
  spec.output = OutputMode::file;
  spec.open_input = true;
  ChannelProcess process = host.channel().start(spec, sink);
  REQUIRE(sink.wait_for_output());
  process.write_input("yes\n");
  CHECK(process.wait({}).success());
  CHECK(sink.out == "question\nyes\n");
}

TEST_CASE("a process with a terminal has its size, its input and its end of input") {
  Supervised host;
  ProcessSpec spec = bash("test -t 0 && test -t 2 && stty size; cat; echo bye");
  spec.output = OutputMode::pty;
  spec.columns = 100;
  spec.rows = 30;
  spec.input = "typed\n";
  const ProcessEnd end = host.run(spec);
  CHECK(end.success());
  CHECK_MESSAGE(host.output.out.find("30 100\r\n") != std::string::npos, host.output.out);
  CHECK(host.output.out.ends_with("typed\r\nbye\r\n"));
}

TEST_CASE("a terminal takes a new size") {
  Supervised host;
  ProcessSpec spec = bash("read -r line; stty size");
  spec.output = OutputMode::pty;
  spec.open_input = true;
  ChannelProcess process = host.channel().start(spec, host.output);
  process.resize(132, 50);
  process.write_input("go\n");
  CHECK(process.wait({}).success());
  CHECK(host.output.out.ends_with("50 132\r\n"));
}

TEST_CASE("a start that no process can have is refused without a word to the supervisor") {
  Supervised host;
  CHECK_THROWS_AS(host.channel().start(program({"a", std::string("b\0c", 3)}), host.output), UsageError);
  CHECK(host.run(program({"true"})).success());
}

TEST_CASE("hundreds of processes one after the other leave nothing behind in the supervisor") {
  Supervised host;
  for (int i = 0; i < 200; ++i) REQUIRE(host.run(program({"true"})).success());
  CHECK(host.run(bash("ls /proc/$PPID/fd | wc -l")).success());
  CHECK(std::stoi(host.output.out) < 12);
}
