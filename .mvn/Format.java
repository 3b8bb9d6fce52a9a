import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;

/// Runs google-java-format, found on the class path, over all sources below the current folder:
/// `check` lists the files that it would change and fails, `repair` changes them.
final class Format {
  public static void main(String... args) throws IOException {
    boolean repair =
        switch (String.join(" ", args)) {
          case "check" -> false;
          case "repair" -> true;
          default ->
              throw new IllegalArgumentException(
                  "Format: expected check or repair, got " + Arrays.toString(args));
        };
    ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
    List<String> command =
        new ArrayList<>(
            repair ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    command.addAll(sources(Path.of("")));
    StringWriter changed = new StringWriter();
    StringWriter errors = new StringWriter();
    int status;
    try (PrintWriter out = new PrintWriter(changed);
        PrintWriter err = new PrintWriter(errors)) {
      status = formatter.run(out, err, command.toArray(String[]::new));
    }
    if (status != 0) {
      System.err.print(errors);
      System.err.println(
          "Not formatted as google-java-format has it (to repair: mvn -Pformat validate):");
      changed.toString().lines().forEach(file -> System.err.println("  " + file));
      System.exit(1);
    }
  }

  private static List<String> sources(Path root) throws IOException {
    List<String> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            return name.equals("target") || name.equals(".git") || name.equals("out")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              files.add(file.toString());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
