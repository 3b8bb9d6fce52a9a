package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.generate.Drawing;
import cadj.cad.generate.PicturePlan;
import cadj.cad.generate.PlannedPicture;
import cadj.cad.generate.PromptFile;
import cadj.cad.generate.PromptRow;
import cadj.cad.generate.RowRange;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `cadj generate`: prompts to PNG files.
@Command(
    name = "generate",
    header = "Draws pictures from prompts.",
    description = {
      "",
      "Each picture becomes a PNG file, which carries the settings it was made with as text (cadj"
          + " inspect shows them, and the command that draws it again). Each has a seed of its own:"
          + " --seed, the next number, and so on, and draws what"
          + " torch.Generator().manual_seed(seed) draws in PyTorch. So any picture of many can be"
          + " drawn again alone.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj generate --prompt \"a neon sign of a sneaker\" --seed 3 --out shoe.png",
      "  cadj generate --prompt \"a coat\" --count 4 --out coats",
      "  cadj generate --prompts prompts.csv --rows 1-100 --out benchmark"
    })
final class GenerateCommand implements Runnable {
  private static final Pattern OTHER_PICTURE =
      Pattern.compile("(?i).*\\.(jpe?g|gif|webp|bmp|tiff?)");
  private static final int LONGEST = 300;
  private static final int MOST_PICTURES = 10_000_000;

  @Spec private CommandSpec spec;

  @ParentCommand private Main main;

  @Mixin private ModelOptions model;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private PromptSource prompts;

  @Option(
      names = "--rows",
      paramLabel = "FROM-TO",
      description =
          "Of --prompts: draw only these rows, counted from 1 (10-20, 7, 10- for all from there).")
  private @Nullable String rows;

  @Option(
      names = "--overwrite",
      description =
          "With --prompts: draw pictures anew that are there already, and over those that are there"
              + " with other settings.")
  private boolean overwrite;

  @Option(
      names = "--count",
      defaultValue = "1",
      paramLabel = "N",
      description = "Pictures per prompt (default: ${DEFAULT-VALUE}).")
  private int count;

  @Mixin private PictureOptions options;

  @Option(
      names = {"-o", "--out"},
      defaultValue = "out",
      paramLabel = "FILE|DIR",
      description =
          "A .png file (numbered, if there are several), or a folder, where files are named by"
              + " number and prompt (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    requireArguments();
    PromptFile list = prompts.list();
    List<PromptRow> all = list == null ? prompts.rows() : list.rows();
    RowRange range = rows == null ? RowRange.ALL : RowRange.parse(rows);
    if (range.first() > all.size()) {
      throw new CommandFailure(
          "--rows: expected some of the %d rows, got %s".formatted(all.size(), rows));
    }
    require(
        count >= 1 && (long) count * all.size() <= MOST_PICTURES,
        "--count: expected 1 to %d for %d prompts, got %d",
        MOST_PICTURES / all.size(),
        all.size(),
        count);
    requireFiles(PicturePlan.files(all, count, range, out));
    main.onDevice(() -> draw(terminal, list, all, range));
  }

  private void requireArguments() {
    if (!prompts.isFile() && (rows != null || overwrite)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: expected with --prompts".formatted(rows != null ? "--rows" : "--overwrite"));
    }
    options.requireSensible();
    require(
        !OTHER_PICTURE.matcher(String.valueOf(out.getFileName())).matches(),
        "--out: expected a .png file or a folder, got %s",
        out);
  }

  private void tell(Terminal terminal, PromptFile list) {
    terminal.say("%s: %d prompts", list.file(), list.rows().size());
    if (!list.ignored().isEmpty()) {
      String names = String.join(", ", list.ignored());
      terminal.say(
          "Columns without a meaning here: %s",
          Terminal.plain(names.length() > LONGEST ? names.substring(0, LONGEST) + "…" : names));
    }
  }

  private void draw(
      Terminal terminal, @Nullable PromptFile list, List<PromptRow> all, RowRange range) {
    ModelFiles files = model.open(terminal);
    Tensor start = options.startNoise(all.size() * count);
    List<PlannedPicture> pictures = plan(files, start, list, all, range);
    MemoryPlan memory = MemoryPlan.generation(files, PictureOptions.largest(files, pictures));
    terminal.detail(memory::line);
    TextToImage pipeline = TextToImage.load(memory.load(files));
    Drawing drawing = options.drawing(pipeline, files, model, start);
    List<PlannedPicture> missing = new ArrayList<>();
    for (PlannedPicture picture : pictures) {
      if (list == null || overwrite || !drawing.isThere(picture)) {
        missing.add(picture);
      }
    }
    if (list != null) {
      tell(terminal, list);
    }
    if (missing.size() < pictures.size()) {
      terminal.say(
          "%d of %d pictures are there already", pictures.size() - missing.size(), pictures.size());
    }
    LostText lost = new LostText(pipeline.text());
    lost.tell(terminal, missing);
    try (DrawingProgress progress = new DrawingProgress(terminal, missing)) {
      drawing.run(missing, progress);
    }
    terminal.detail(memory::peakLine);
    Map<String, Object> result = result(list, pictures, missing, lost);
    result.put("memory", memory.json());
    terminal.result(result);
  }

  private List<PlannedPicture> plan(
      ModelFiles files,
      @Nullable Tensor start,
      @Nullable PromptFile list,
      List<PromptRow> all,
      RowRange range) {
    PicturePlan plan = options.plan(files, count, start);
    List<PlannedPicture> pictures = plan.of(files, all, range, out);
    plan.requireDrawable(files, pictures, list);
    return pictures;
  }

  /// All go into one folder, where it is tried once whether anything can be written.
  private static void requireFiles(List<Path> files) {
    for (int i = 0; i < files.size(); i++) {
      if (i == 0 || Files.isDirectory(files.get(i))) {
        OutputFile.require(files.get(i));
      }
    }
  }

  private Map<String, Object> result(
      @Nullable PromptFile list,
      List<PlannedPicture> pictures,
      List<PlannedPicture> drawn,
      LostText lost) {
    Map<String, Object> result = new LinkedHashMap<>();
    if (list != null) {
      result.put("prompts", list.file().toString());
      result.put("ignored_columns", list.ignored());
    }
    result.put("drawn", drawn.size());
    result.put("there_already", pictures.size() - drawn.size());
    List<Map<String, Object>> out = new ArrayList<>();
    for (PlannedPicture picture : pictures) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("file", picture.file().toString());
      one.put("prompt", picture.settings().prompt());
      one.put("seed", picture.settings().seed());
      lost.of(picture).forEach(one::put);
      out.add(one);
    }
    result.put("pictures", out);
    return result;
  }
}
