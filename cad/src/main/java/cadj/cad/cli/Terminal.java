package cadj.cad.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Where a command's words go: text for people, one JSON object for machines, bars for the patient.
final class Terminal {
  /// Columns of what is no terminal, such as a pipe or a file.
  private static final int WIDTH = 100;

  private final boolean json;
  private final boolean quiet;
  private final boolean verbose;
  private final List<String> notes = new ArrayList<>();
  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

  Terminal(boolean json, boolean quiet, boolean verbose) {
    this.json = json;
    this.quiet = quiet;
    this.verbose = verbose;
  }

  /// How to call this program again, as it was called now: `./cadj` in a clone.
  static String program() {
    return System.getProperty("cadj.program", "cadj");
  }

  /// Whether standard output is for one JSON object.
  boolean isForMachines() {
    return json;
  }

  /// A line for people.
  void say(String line, Object... args) {
    if (!json && !quiet) {
      out.println(args.length == 0 ? line : line.formatted(args));
    }
  }

  /// `text` from elsewhere, in one line and without what a terminal would obey.
  static String plain(String text) {
    return text.replaceAll("\\R+", " ").replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
  }

  /// A line for people who ask for details.
  void detail(Supplier<String> line) {
    if (verbose) {
      say("%s", line.get());
    }
  }

  /// A line that qualifies the result, such as what was left out: printed at once, and under
  /// `--json` one of the result's `notes`.
  void note(String line) {
    notes.add(line);
    say("%s", "note: " + line);
  }

  /// The command's result, printed under `--json` only, with the notes if there are any.
  void result(Map<String, ?> result) {
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>(result);
      if (!notes.isEmpty()) {
        all.put("notes", notes);
      }
      try {
        out.println(new ObjectMapper().writeValueAsString(all));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// One line on standard error.
  void error(String line) {
    String one = line.replaceAll("\\R+", " ").replaceAll("\\p{Cntrl}", "?");
    new PrintWriter(System.err, true, StandardCharsets.UTF_8).println("cadj: " + one);
  }

  @SuppressWarnings("SystemConsoleNull") // null is still allowed, and isTerminal is asked too
  private static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /// Columns that a line may take.
  int width() {
    return isInteractive() ? new UsageMessageSpec().autoWidth(true).width() : WIDTH;
  }

  /// Whether colours are understood and wanted (see no-color.org).
  boolean hasColours() {
    return isInteractive() && System.getenv("NO_COLOR") == null;
  }

  /// A bar on a terminal; to be closed.
  Bar bar(String task, long total) {
    boolean shown = !json && !quiet && isInteractive();
    return new Bar(
        shown
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .build()
            : null);
  }

  /// How far a long work has come.
  static final class Bar implements AutoCloseable {
    private final @Nullable ProgressBar bar;

    private Bar(@Nullable ProgressBar bar) {
      this.bar = bar;
    }

    /// Whether it is seen, so that lines printed now would run into it.
    boolean isShown() {
      return bar != null;
    }

    /// What is at hand, in a few words.
    void note(String words) {
      if (bar != null) {
        bar.setExtraMessage(" " + words);
      }
    }

    /// `done` of `total` units are done.
    void at(long done, long total) {
      if (bar != null) {
        bar.maxHint(total);
        bar.stepTo(done);
      }
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }
}
