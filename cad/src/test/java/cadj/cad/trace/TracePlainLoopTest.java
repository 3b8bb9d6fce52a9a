package cadj.cad.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.judge.Judge;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A trace of the embedded model against plain loops: every row, window, sample and call.
@Execution(ExecutionMode.CONCURRENT)
class TracePlainLoopTest {
  private static final int SAMPLES = 3;
  private static final long SEED = 11;
  private static final double GUIDANCE = 3;
  private static final String PROMPT = "a photo of a bag";
  private static final List<String> LAYERS =
      List.of("mid_block.**.attn2", "mid_block.resnets.1", "up_blocks.0.attentions.0.**.attn2");

  private final ModelFiles files = ModelFiles.open("fashion");
  private final TextToImage model = TextToImage.load(files);

  /// Two windows of two and one calls of four, and all.
  private static final int[][] WINDOWS = {{0, 4}, {0, 3}, {3, 4}};

  /// Sees brightness: what it says of a picture is a mean of its pixels, of upper rows more.
  private record Brightness() implements Judge {
    @Override
    public List<List<String>> kinds() {
      return List.of(List.of("bag", "coat"));
    }

    @Override
    public int[][] sees(Tensor pictures) {
      return new int[1][pictures.dim(0)];
    }

    @Override
    public double[] probability(Tensor pictures, String concept) {
      double[] out = new double[pictures.dim(0)];
      for (int n = 0; n < out.length; n++) {
        out[n] = of(pictures.slice(0, n, n + 1));
      }
      return out;
    }

    static double of(Tensor picture) {
      float[] values = picture.toFloats();
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[i] * (1.0 + (double) i / values.length);
      }
      return sum / values.length;
    }
  }

  private TraceResult trace(Corruption corruption) {
    TraceSettings settings =
        new TraceSettings(
            "bag",
            PROMPT,
            "",
            corruption,
            new TextToImage.Settings(4, GUIDANCE, Scheduler.Kind.DDIM),
            3,
            SAMPLES,
            SEED);
    TracePlan plan = TracePlan.of(files, Set.of(Procedure.values()), LAYERS, 2, SAMPLES);
    // blocks of two samples and of one
    TracePlan inBlocks = new TracePlan(plan.rows(), plan.outputs(), 2);
    return new Trace(
            model,
            settings,
            inBlocks,
            new PictureMeasures(new Brightness(), null),
            TracePictures.NONE,
            null,
            new LinkedHashMap<>())
        .run(Trace.Progress.NONE);
  }

  @Test
  void noise() {
    TokenNoise noise = new TokenNoise("bag", 10);
    TraceResult found = trace(noise);
    for (int n = 0; n < SAMPLES; n++) {
      Conditioning corrupted = noise.encode(model.text(), found.settings(), n, 1, 32, 32);
      check(found, n, corrupted);
    }
  }

  @Test
  void basePrompt() {
    TraceResult found = trace(new BasePrompt());
    check(found, SAMPLES - 1, model.text().encode(List.of(""), 32, 32));
  }

  private void check(TraceResult found, int n, Conditioning corrupted) {
    PlainTrace plain =
        new PlainTrace(
            model, GUIDANCE, model.text().encode(List.of(PROMPT), 32, 32), corrupted, SEED + n);
    double clean = seen(plain, plain.cleanEnd());
    double before = seen(plain, plain.run(corrupted));
    assertEquals(3, found.windows().size());
    assertEquals(3, found.rows(Procedure.RESTORE).size());
    assertEquals(1, found.rows(Procedure.SWAP).size());
    for (TraceRow row : found.rows(Procedure.RESTORE)) {
      String module = row.modules().getFirst();
      for (int w = 0; w < WINDOWS.length; w++) {
        double after = seen(plain, plain.restored(module, WINDOWS[w][0], WINDOWS[w][1]));
        assertClose(row, after - before, found, Measure.PROBABILITY, w, n);
        double[] sums = new double[3];
        for (int call = WINDOWS[w][0]; call < WINDOWS[w][1]; call++) {
          add(sums, plain.objectiveOfRestored(module, call));
        }
        assertClose(row, sums[0] / sums[2], found, Measure.OBJECTIVE, w, n);
        assertClose(row, sums[1] / sums[2], found, Measure.PROJECTION, w, n);
      }
    }
    for (TraceRow row : found.rows(Procedure.SWAP)) {
      for (int w = 0; w < WINDOWS.length; w++) {
        double after = seen(plain, plain.swapped(row.modules(), WINDOWS[w][0], WINDOWS[w][1]));
        assertClose(row, clean - after, found, Measure.PROBABILITY, w, n);
        double[] sums = new double[3];
        for (int call = WINDOWS[w][0]; call < WINDOWS[w][1]; call++) {
          add(sums, plain.objectiveOfSwapped(row.modules(), call));
        }
        assertClose(row, 1 - sums[0] / sums[2], found, Measure.OBJECTIVE, w, n);
        assertClose(row, 1 - sums[1] / sums[2], found, Measure.PROJECTION, w, n);
      }
    }
  }

  private static double seen(PlainTrace plain, double... latents) {
    return Brightness.of(plain.picture(latents));
  }

  private static void add(double[] sums, double... values) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i];
    }
  }

  private static void assertClose(
      TraceRow row, double expected, TraceResult found, Measure measure, int window, int sample) {
    assertEquals(
        expected,
        found.effect(row, measure, window).samples()[sample],
        2e-3 * Math.max(0.05, Math.abs(expected)),
        () -> "%s of %s, window %d, sample %d".formatted(measure, row, window, sample));
  }

  /// The rows there are: in the order of computation, layers swapped two by two.
  @Test
  void rows() {
    TracePlan plan = TracePlan.of(files, Set.of(Procedure.values()), LAYERS, 2, SAMPLES);
    String mid = "mid_block.attentions.0.transformer_blocks.0.attn2";
    String up = "up_blocks.0.attentions.0.transformer_blocks.0.attn2";
    assertEquals(
        List.of(
            new RestoredModules(List.of(mid)),
            new RestoredModules(List.of("mid_block.resnets.1")),
            new RestoredModules(List.of(up)),
            new SwappedLayers(List.of(mid, up))),
        plan.rows());
    assertEquals(
        Map.of(
            mid,
            Shape.of(SAMPLES, 16, 128),
            "mid_block.resnets.1",
            Shape.of(SAMPLES, 128, 4, 4),
            up,
            Shape.of(SAMPLES, 16, 128)),
        plan.outputs());
  }
}
