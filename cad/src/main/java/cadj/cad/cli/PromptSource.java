package cadj.cad.cli;

import cadj.cad.generate.PromptFile;
import cadj.cad.generate.PromptRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What to draw: prompts as arguments, or a file of them.
final class PromptSource {
  @Option(
      names = {"-p", "--prompt"},
      required = true,
      paramLabel = "TEXT",
      description = "What to draw. Repeat for several pictures. It may be empty.")
  private @Nullable List<String> prompts;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "FILE",
      description = {
        "Prompts from a file: a text with one per line (lines that begin with # are passed over),"
            + " or a .csv or .tsv with a header. Columns: prompt, negative_prompt, seed, guidance,"
            + " steps, width, height, case_number, which names the files; also under the names of"
            + " published benchmarks (evaluation_seed, sd_guidance_scale, ...). What a row says"
            + " counts, what it leaves out the options say. Pictures that are there already are not"
            + " drawn again."
      })
  private @Nullable Path file;

  boolean isFile() {
    return file != null;
  }

  /// The file that was asked for, read; null if it was none.
  @Nullable PromptFile list() {
    return file == null ? null : PromptFile.read(file);
  }

  /// The arguments, a row each.
  List<PromptRow> rows() {
    List<PromptRow> rows = new ArrayList<>();
    if (prompts != null) {
      prompts.forEach(prompt -> rows.add(PromptRow.of(rows.size() + 1, prompt)));
    }
    return rows;
  }
}
