package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.Version;
import cadj.cad.edit.Patch;
import cadj.cad.picture.Pictures;
import cadj.cad.picture.PngFile;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `cadj generate`: prompts to PNG files.
@Command(
    name = "generate",
    header = "Draws pictures from prompts.",
    description = {
      "",
      "Each prompt becomes one PNG file, which carries the settings it was made with as text. The"
          + " same seed draws the same start noise as torch.Generator().manual_seed(seed) in"
          + " PyTorch.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  cadj generate --prompt \"a neon sign of a sneaker\" --seed 3 --out shoe.png"
    })
final class GenerateCommand implements Runnable {
  private static final Pattern OTHER_PICTURE =
      Pattern.compile("(?i).*\\.(jpe?g|gif|webp|bmp|tiff?)");

  @ParentCommand private Main main;

  @Mixin private ModelOptions model;

  @Option(
      names = {"-p", "--prompt"},
      required = true,
      paramLabel = "TEXT",
      description = "What to draw. Repeat for several pictures.")
  private List<String> prompts;

  @Option(
      names = "--negative",
      paramLabel = "TEXT",
      description = "What to be guided away from (default: nothing in particular).")
  private @Nullable String negative;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of the start noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--steps",
      defaultValue = "50",
      description = "Denoising steps (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--guidance",
      defaultValue = "7.5",
      description = "Weight of the prompt; 1 or less: no guidance (default: ${DEFAULT-VALUE}).")
  private double guidance;

  @Option(
      names = "--guidance-rescale",
      defaultValue = "0",
      paramLabel = "SHARE",
      description =
          "How much of the contrast that guidance adds is taken back, 0 to 1; 0.7 is usual for"
              + " models trained to zero terminal SNR (default: ${DEFAULT-VALUE}).")
  private double guidanceRescale;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      converter = EnumNames.OfSchedulers.class,
      description =
          "The sampler: ${COMPLETION-CANDIDATES} (default: the one that the model's folder names).")
  private Scheduler.@Nullable Kind scheduler;

  @Option(
      names = "--latents",
      paramLabel = "FILE[:KEY]",
      description =
          "Start noise [N,C,h,w] from a safetensors tensor, instead of --seed. Their size decides"
              + " the picture's.")
  private @Nullable String latents;

  @Option(
      names = "--patch",
      paramLabel = "FILE",
      description = "Edit the model with a patch from cadj edit. Repeat to stack several.")
  private @Nullable List<Path> patches;

  @Option(
      names = {"-o", "--out"},
      defaultValue = "out",
      paramLabel = "FILE|DIR",
      description =
          "A .png file (numbered, if there are several), or a folder (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public void run() {
    Terminal terminal = main.terminal();
    require(Double.isFinite(guidance), "--guidance: expected a finite number, got %s", guidance);
    require(
        guidanceRescale >= 0 && guidanceRescale <= 1,
        "--guidance-rescale: expected 0 to 1, got %s",
        guidanceRescale);
    require(
        !OTHER_PICTURE.matcher(String.valueOf(out.getFileName())).matches(),
        "--out: expected a .png file or a folder, got %s",
        out);
    for (int i = 0; i < prompts.size(); i++) {
      OutputFile.require(file(i));
    }
    main.onDevice(() -> draw(terminal));
  }

  private void draw(Terminal terminal) {
    ModelFiles folder = model.open(terminal);
    MemoryPlan plan = MemoryPlan.generation(folder, latentShape(folder));
    terminal.detail(plan::line);
    TextToImage pipeline = patched(plan.load(folder));
    Scheduler.Kind sampler = scheduler == null ? pipeline.schedule().kind() : scheduler;
    TorchGenerator generator = new TorchGenerator(seed);
    Tensor start = startNoise(pipeline, generator);
    Tensor pictures;
    try (Terminal.Bar bar = terminal.bar("drawing", steps)) {
      pictures =
          pipeline.draw(
              prompts,
              negative == null ? null : Collections.nCopies(prompts.size(), negative),
              start,
              new TextToImage.Settings(steps, guidance, sampler, guidanceRescale),
              latents -> TextToImage.noise(latents.shape(), generator),
              bar::at);
    }
    List<Map<String, Object>> files = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Path file = file(i);
      PngFile.write(file, Pictures.toImage(pictures, i), settings(i, sampler));
      terminal.say("%s: %s", file, prompts.get(i));
      files.add(Map.of("file", file.toString(), "prompt", prompts.get(i)));
    }
    terminal.detail(plan::peakLine);
    terminal.result(Map.of("pictures", files, "memory", plan.json()));
  }

  private TextToImage patched(ModelFiles folder) {
    TextToImage pipeline = TextToImage.load(folder);
    if (patches == null) {
      return pipeline;
    }
    String hash = folder.denoiserHash();
    Denoiser denoiser = pipeline.denoiser();
    for (Path file : patches) {
      Patch patch = Patch.read(file);
      try {
        patch.requireFits(hash);
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(file + ": " + e.getMessage());
      }
      denoiser = patch.apply(denoiser);
    }
    return pipeline.withDenoiser(denoiser);
  }

  private Shape latentShape(ModelFiles folder) {
    Shape form = folder.latentForm().shape(prompts.size());
    return latents == null ? form : LatentsFile.shape(latents, form);
  }

  private Tensor startNoise(TextToImage pipeline, TorchGenerator generator) {
    if (latents == null) {
      return TextToImage.noise(pipeline.latentShape(prompts.size()), generator);
    }
    Tensor given = LatentsFile.read(latents);
    require(
        given.rank() == 4 && (given.dim(0) == prompts.size() || given.dim(0) == 1),
        "--latents: expected [%d,C,h,w] for %d prompts (or [1,C,h,w] for all), got %s",
        prompts.size(),
        prompts.size(),
        given.shape());
    return given.expand(given.shape().with(0, prompts.size())).contiguous();
  }

  private Path file(int i) {
    String name = String.valueOf(out.getFileName());
    if (!name.toLowerCase(Locale.ROOT).endsWith(".png")) {
      String words = prompts.get(i).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
      String slug = words.substring(0, Math.min(60, words.length()));
      return out.resolve("%02d-%s.png".formatted(i + 1, slug));
    }
    return prompts.size() == 1
        ? out
        : out.resolveSibling(name.replaceFirst("(?i)\\.png$", "-%d.png".formatted(i + 1)));
  }

  private Map<String, String> settings(int i, Scheduler.Kind sampler) {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("prompt", prompts.get(i));
    if (negative != null) {
      text.put("negative", negative);
    }
    text.put("model", model.name());
    if (patches != null) {
      text.put("patches", patches.toString());
    }
    if (latents == null) {
      text.put("seed", Long.toString(seed));
      text.put("picture", "%d of %d".formatted(i + 1, prompts.size()));
    } else {
      text.put("latents", latents);
    }
    text.put("steps", Integer.toString(steps));
    text.put("guidance", Double.toString(guidance));
    if (guidanceRescale != 0) {
      text.put("guidance_rescale", Double.toString(guidanceRescale));
    }
    text.put("scheduler", sampler.toString());
    text.put("software", "cadj " + Version.current());
    return text;
  }
}
