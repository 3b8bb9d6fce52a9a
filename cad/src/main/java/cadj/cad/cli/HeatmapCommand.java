package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.KeyGlob;
import cadj.cad.Version;
import cadj.cad.edit.Provenance;
import cadj.cad.generate.Drawing;
import cadj.cad.generate.PicturePlan;
import cadj.cad.generate.PictureSettings;
import cadj.cad.generate.PlannedPicture;
import cadj.cad.generate.PromptRow;
import cadj.cad.generate.RowRange;
import cadj.cad.heatmap.HeatMapFile;
import cadj.cad.heatmap.HeatMapPage;
import cadj.cad.heatmap.HeatMaps;
import cadj.cad.heatmap.WatchedDenoiser;
import cadj.cad.heatmap.WordFigures;
import cadj.cad.heatmap.WordPictures;
import cadj.cad.picture.PictureFolder;
import cadj.cad.picture.PngText;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.prompt.PromptWords;
import cadj.models.prompt.PromptWords.Phrase;
import cadj.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `cadj heatmap`: where in a picture each word of its prompt acts.
@Command(
    name = "heatmap",
    header = "Shows where in a picture each word of its prompt acts.",
    description = {
      "",
      "Draws the picture that cadj generate draws with the same options, to the bit, and sums up"
          + " what pixels pay attention to: the probabilities of attention to the text over heads,"
          + " layers and denoising steps (DAAM, arXiv:2210.04885). Writes the picture, a picture"
          + " per word in which that is laid over it, a page with all of them, and the numbers.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cadj heatmap --prompt \"a neon sign of a sneaker\" --out out/neon",
      "  cadj heatmap --prompt \"a neon sign of a sneaker\" --word \"neon sign\" \\",
      "    --word sneaker --layer \"up_blocks.**\" --at-steps 1-10 --out out/neon"
    })
final class HeatmapCommand implements Runnable {
  private static final String PICTURE = "picture.png";
  private static final String PAGE = "heatmap.html";
  private static final String NUMBERS = "heatmap.safetensors";

  /// Layers that an error names.
  private static final int EXAMPLES = 3;

  @ParentCommand private Main main;

  @Mixin private ModelOptions model;

  @Mixin private PictureOptions options;

  @Option(
      names = {"-p", "--prompt"},
      required = true,
      paramLabel = "TEXT",
      description = "What to draw.")
  private String prompt;

  @Option(
      names = "--word",
      paramLabel = "WORD",
      description =
          "A word of the prompt, or several that follow each other, wherever it has them. Repeat"
              + " for more (default: each word).")
  private @Nullable List<String> asked;

  @Option(
      names = "--layer",
      paramLabel = "GLOB",
      description =
          "Only attentions to the text with such keys: * is any part of a name between dots, ** any"
              + " number of names (mid_block.**). Repeat for more (default: all).")
  private @Nullable List<String> globs;

  @Option(
      names = "--at-steps",
      paramLabel = "FROM-TO",
      converter = EvaluateCommand.CellsConverter.class,
      description =
          "Only these denoising steps, counted from 1 in calls of the denoiser (1-10, 7, 10- for"
              + " all from there).")
  private RowRange range = RowRange.ALL;

  @Option(names = "--per-layer", description = "Show and write each layer's part too.")
  private boolean perLayer;

  @Option(names = "--per-step", description = "Show and write each step's part too.")
  private boolean perStep;

  @Option(
      names = "--own-scale",
      description =
          "End each map's colours at its own largest value, instead of the largest of all words.")
  private boolean ownScale;

  @Option(
      names = {"-o", "--out"},
      defaultValue = "out/heatmap",
      paramLabel = "DIR",
      description = "Folder for pictures, page and numbers (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    options.requireSensible();
    for (String name : List.of(PICTURE, PAGE, NUMBERS)) {
      OutputFile.require(out.resolve(name));
    }
    main.onDevice(() -> draw(terminal));
  }

  private void draw(Terminal terminal) {
    ModelFiles files = model.open(terminal);
    List<String> layers = layers(files.textAttentions());
    Tensor start = options.startNoise(1);
    List<PlannedPicture> planned = plan(files, start);
    requireSteps(files, planned.getFirst().settings());
    MemoryPlan memory =
        Activations.with(
            WatchedDenoiser.observing(layers, (key, probabilities) -> {}),
            () -> MemoryPlan.generation(files, PictureOptions.largest(files, planned)));
    terminal.detail(memory::line);
    TextToImage pipeline = TextToImage.load(memory.load(files));
    new LostText(pipeline.text()).tell(terminal, planned);
    List<Phrase> words = words(pipeline.text().words(prompt));
    Drawing drawing = options.drawing(pipeline, files, model, start);
    WatchedDenoiser watched =
        new WatchedDenoiser(drawing.pipeline().denoiser(), words, layers, range, perStep);
    try (DrawingProgress progress = new DrawingProgress(terminal, planned)) {
      drawing.with(watched).run(planned, progress);
    }
    terminal.detail(memory::peakLine);
    show(terminal, watched.maps(), memory);
  }

  private List<PlannedPicture> plan(ModelFiles files, @Nullable Tensor start) {
    PicturePlan plan = options.plan(files, 1, start);
    List<PlannedPicture> planned =
        plan.of(files, List.of(PromptRow.of(1, prompt)), RowRange.ALL, out.resolve(PICTURE));
    plan.requireDrawable(files, planned, null);
    return planned;
  }

  /// The attentions to the text that the globs name.
  private List<String> layers(List<String> all) {
    require(
        !all.isEmpty(),
        "--model: expected a denoiser with attention to the text, found none in it");
    if (globs == null) {
      return all;
    }
    List<String> out = new ArrayList<>();
    for (String text : globs) {
      KeyGlob glob = new KeyGlob(text);
      List<String> found = all.stream().filter(glob::matches).toList();
      require(
          !found.isEmpty(),
          "--layer: expected some of the %d attentions to the text, such as %s, got %s",
          all.size(),
          String.join(", ", all.subList(0, Math.min(EXAMPLES, all.size()))),
          text);
      out.addAll(found);
    }
    return out.stream().distinct().toList();
  }

  private void requireSteps(ModelFiles files, PictureSettings settings) {
    int calls = settings.scheduler().start(files.schedule(), settings.steps()).timesteps().length;
    require(
        range.first() <= calls,
        "--at-steps: expected some of the %d calls of the denoiser, got those from %d on",
        calls,
        range.first());
  }

  private List<Phrase> words(PromptWords words) {
    if (asked != null) {
      return asked.stream().distinct().map(words::find).toList();
    }
    List<Phrase> all = words.all();
    require(!all.isEmpty(), "--prompt: expected words whose maps to draw, got \"%s\"", prompt);
    return all;
  }

  private void show(Terminal terminal, HeatMaps maps, MemoryPlan memory) {
    Path file = out.resolve(PICTURE);
    BufferedImage picture = PictureFolder.decode(file);
    Map<String, String> text = new LinkedHashMap<>(PngText.read(file).text());
    text.put(
        "heatmap_layers",
        Provenance.json(maps.layers().stream().map(layer -> layer.key()).toList()));
    text.put("heatmap_steps", maps.calls().getFirst() + "-" + maps.calls().getLast());
    WordPictures pictures = WordPictures.of(maps, picture, ownScale);
    List<Path> overlays = pictures.write(out, text);
    HeatMapFile.write(out.resolve(NUMBERS), maps, perLayer, text);
    Path page = out.resolve(PAGE);
    HeatMapPage.write(page, picture, pictures, ownScale, perLayer, text, Version.current());

    List<Map<String, Object>> rows = new ArrayList<>();
    terminal.say("Of their attention pixels give to");
    for (int word = 0; word < overlays.size(); word++) {
      Phrase phrase = maps.words().get(word);
      WordFigures figures = WordFigures.of(maps, word);
      int x = (2 * figures.column() + 1) * picture.getWidth() / (2 * maps.width());
      int y = (2 * figures.row() + 1) * picture.getHeight() / (2 * maps.height());
      terminal.say(
          "  %-16s %6.2f %% on average, %6.2f %% at most, in row %d, column %d of the picture: %s",
          Terminal.plain(phrase.text()),
          100 * figures.mean(),
          100 * figures.largest(),
          y,
          x,
          overlays.get(word));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("word", phrase.text());
      row.put("tokens", phrase.places());
      row.put("mean", figures.mean());
      row.put("largest", figures.largest());
      row.put("largest_at", List.of(x, y));
      row.put("file", overlays.get(word).toString());
      rows.add(row);
    }
    terminal.say("Look at %s", page);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("picture", file.toString());
    result.put("words", rows);
    result.put("layers", maps.layers().stream().map(layer -> layer.key()).toList());
    result.put("steps", maps.calls());
    result.put("page", page.toString());
    result.put("numbers", out.resolve(NUMBERS).toString());
    result.put("memory", memory.json());
    terminal.result(result);
  }
}
