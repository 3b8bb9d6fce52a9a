package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.docs.Page;
import cadj.cad.docs.Page.Block;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/// Every `./cadj` line in the `sh` blocks of the documentation parses, and runs where that is
/// cheap: those of a page in order, with a folder of their own for `out/`, and `docs/` found.
///
/// Not run are lines that need files of the user's (`path/to`), that choose a device, or that would
/// write to a command's default place; schedules are cut to two steps. Those of `./cadj bench`,
/// which is another program, are parsed beside it.
class ShellBlocksTest {
  private static final String PROGRAM = "./cadj ";
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @TempDir private Path folder;

  static Stream<Page> pages() {
    return Page.all().stream().filter(page -> !commands(page).isEmpty());
  }

  /// The command lines of a page, without the program's name and comments.
  private static List<String> commands(Page page) {
    List<String> out = new ArrayList<>();
    for (Block block : page.blocks("sh")) {
      String joined = String.join("\n", block.code()).replace("\\\n", " ");
      for (String line : joined.lines().toList()) {
        if (line.startsWith(PROGRAM) && !line.startsWith(PROGRAM + "bench")) {
          out.add(line.substring(PROGRAM.length()).replaceFirst("\\s#.*", "").strip());
        }
      }
    }
    return out;
  }

  private static String[] words(String command) {
    return WORD.matcher(command).results().map(ShellBlocksTest::word).toArray(String[]::new);
  }

  private static String word(MatchResult match) {
    return match.group(1) != null ? match.group(1) : match.group(2);
  }

  @Test
  void thereAreBlocks() {
    Map<String, Long> run = new TreeMap<>();
    pages()
        .forEach(
            page ->
                run.put(page.name(), commands(page).stream().filter(it -> isCheap(it)).count()));
    for (String page :
        List.of("README.md", "docs/attribution.md", "docs/files.md", "docs/gpu.md")) {
      assertTrue(run.getOrDefault(page, 0L) > 0, () -> page + ": " + run);
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void parseAndRun(Page page) {
    for (String command : commands(page)) {
      String where = page.name() + ": " + command;
      assertDoesNotThrow(() -> parse(command), where);
      if (isCheap(command)) {
        String here = command.replace("out/", folder + "/out/").replace("docs/", "../docs/");
        Cli run = Cli.run(words(here.replaceFirst("(--schedule-steps) \\d+", "$1 2")));
        assertTrue(run.code() == 0 && run.err().isEmpty(), () -> where + "\n" + run.err());
      }
    }
  }

  private static ParseResult parse(String command) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(words(command));
  }

  private static boolean isCheap(String command) {
    ParseResult parsed = parse(command).subcommand();
    boolean hasOut = parsed.commandSpec().findOption("--out") != null;
    return !command.contains("path/to")
        && !command.contains("--device")
        && (!hasOut || parsed.hasMatchedOption("--out"));
  }
}
