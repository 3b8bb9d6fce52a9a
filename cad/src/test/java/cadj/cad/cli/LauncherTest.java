package cadj.cad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The launcher `cadj` in a made-up clone, with a made-up JDK whose `java` only tells what it was
/// called with.
@EnabledOnOs(OS.LINUX)
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "cadj");
  private static final String SAYS = "#!/bin/sh\nprintf '%s\\n' \"LC_ALL=$LC_ALL\" \"$@\"\n";

  @TempDir private Path temp;
  private Path root;
  private Path jdk;

  @BeforeEach
  void cloneAndJdk() throws IOException {
    root = Files.createDirectories(temp.resolve("a clone, größer (1)"));
    for (String module : List.of("kernels", "tensor", "autograd", "models", "cad")) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "");
    }
    Files.writeString(root.resolve("pom.xml"), "");
    executable(root.resolve("cadj"), Files.readString(LAUNCHER));
    jdk = temp.resolve("jdk 25");
    Files.createDirectories(jdk.resolve("bin"));
    executable(jdk.resolve("bin/java"), SAYS);
    executable(jdk.resolve("bin/javac"), SAYS);
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    Files.createDirectories(program());
    Files.writeString(program().resolve("cad.jar"), "");
    Files.writeString(program().resolve("cadj.aot"), "");
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        touch(path, 0);
      }
    }
    touch(program().resolve("cad.jar"), 1_000);
    touch(program().resolve("cadj.aot"), 2_000);
  }

  private Path program() {
    return root.resolve("cad/target");
  }

  @Test
  void passesArgumentsOnAsTheyAre() throws IOException, InterruptedException {
    Result result =
        run(root.resolve("cadj"), "generate", "--prompt", "a  \"red\" Käse 🧀 $HOME", "");
    assertEquals(0, result.code, result.text);
    List<String> lines = result.text.lines().toList();
    int jar = lines.indexOf("-jar");
    assertEquals(program().resolve("cad.jar").toString(), lines.get(jar + 1));
    assertEquals(
        List.of("generate", "--prompt", "a  \"red\" Käse 🧀 $HOME", ""),
        lines.subList(jar + 2, lines.size()));
    assertTrue(lines.contains("-XX:MaxRAMPercentage=80"), result.text);
  }

  /// Which of two that match counts is decided by their order.
  @Test
  void bothLaunchersTellTheVirtualMachineTheSame() throws IOException, InterruptedException {
    Predicate<String> forSpeed =
        it -> it.matches("-(Xmn|XX:CompileCommand=|XX:ObjectAlignmentInBytes=).*");
    String windows = Files.readString(Path.of("..", "cadj.cmd"));
    assertEquals(
        windows.lines().flatMap(it -> Stream.of(it.strip().split(" "))).filter(forSpeed).toList(),
        run(root.resolve("cadj"), "doctor").text.lines().filter(forSpeed).toList());
  }

  /// What `mvn -Pdist package` makes holds a runtime and the program, and needs nothing else.
  @Test
  void anImageBringsItsOwnRuntime() throws IOException, InterruptedException {
    Path image = Files.createDirectories(temp.resolve("an image"));
    executable(image.resolve("cadj"), Files.readString(LAUNCHER));
    Files.createDirectories(image.resolve("runtime/bin"));
    executable(image.resolve("runtime/bin/java"), "#!/bin/sh\necho its own runtime\n" + SAYS);
    Files.createDirectories(image.resolve("program"));
    Files.writeString(image.resolve("program/cad.jar"), "");
    Files.writeString(image.resolve("program/cadj.aot"), "");
    touch(image.resolve("program/cad.jar"), 0);
    touch(image.resolve("program/cadj.aot"), 1_000);
    Result result = run(image.resolve("cadj"), "doctor");
    assertEquals(0, result.code, result.text);
    assertTrue(result.text.contains("its own runtime"), result.text);
    assertTrue(result.text.contains(image.resolve("program/cad.jar").toString()), result.text);
    result = run(image.resolve("cadj"), "bench");
    assertEquals(1, result.code, result.text);
    assertTrue(result.text.contains("not in this image"), result.text);
  }

  @Test
  void isFoundThroughLinks() throws IOException, InterruptedException {
    Path first = Files.createSymbolicLink(temp.resolve("first"), root.resolve("cadj"));
    Path second = Files.createSymbolicLink(temp.resolve("second"), first.getFileName());
    assertTrue(run(second).text.contains(program().resolve("cad.jar").toString()));
  }

  @Test
  void memoryIsTheHeapsLimit() throws IOException, InterruptedException {
    for (String[] given : new String[][] {{"--memory", "7g"}, {"--memory=7g"}}) {
      String text = run(root.resolve("cadj"), given).text;
      assertTrue(text.contains("-Xmx7g"), text);
      assertFalse(text.contains("MaxRAMPercentage"), text);
    }
  }

  @Test
  void fileNamesAreUtf8InAnyLocale() throws IOException, InterruptedException {
    for (String locale : List.of("C", "POSIX", "de_DE.ISO-8859-1", "xx_XX.UTF-8", "")) {
      String text = run(Map.of("LC_ALL", locale), root.resolve("cadj")).text;
      assertTrue(text.contains("LC_ALL=C.UTF-8\n"), locale + ": " + text);
    }
  }

  @Test
  void whereNothingCanBeWrittenTheOldProgramRuns() throws IOException, InterruptedException {
    touch(root.resolve("cad/pom.xml"), 3_000); // newer than the program
    Files.writeString(root.resolve("target"), "no folder, so that none can be made");
    Result result = run(root.resolve("cadj"), "doctor");
    assertEquals(0, result.code, result.text);
    assertTrue(result.text.contains("running it as it is"), result.text);
    assertTrue(result.text.contains(program().resolve("cad.jar").toString()), result.text);
  }

  @Test
  void whereNothingCanBeWrittenNorRunThatIsSaid() throws IOException, InterruptedException {
    Files.delete(program().resolve("cad.jar"));
    Files.writeString(root.resolve("target"), "no folder, so that none can be made");
    Result result = run(root.resolve("cadj"), "doctor");
    assertEquals(1, result.code, result.text);
    assertTrue(result.text.contains("not built yet, and " + root + " cannot be"), result.text);
    assertEquals(1, result.text.lines().count(), result.text);
  }

  private record Result(int code, String text) {}

  private Result run(Path launcher, String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), launcher, arguments);
  }

  private Result run(Map<String, String> environment, Path launcher, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), text);
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void touch(Path file, long seconds) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(seconds, TimeUnit.SECONDS));
  }
}
