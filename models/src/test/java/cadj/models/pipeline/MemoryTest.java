package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.ops.MseLoss;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs give all their memory back, and a second one needs what the first one needed.
@Isolated
final class MemoryTest {
  private static final List<String> PROMPTS = List.of("a photo of a bag");

  private static final Noise NOISE =
      latents -> TextToImage.noise(latents.shape(), new TorchGenerator(3));

  private static TextToImage model;

  @BeforeAll
  static void load() {
    model = TextToImage.load(ModelFiles.open("fashion"));
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "FLOW_MATCH_EULER")
  void generation(Scheduler.Kind scheduler) {
    Settings settings = new Settings(6, 4, scheduler);
    assertReturnsAll(() -> model.draw(PROMPTS, null, noise(), settings, NOISE, Progress.NONE));
  }

  /// Each step leaves its prediction and its latents behind until the run ends, and nothing else.
  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "FLOW_MATCH_EULER")
  void stepsLeaveLittleBehind(Scheduler.Kind scheduler) {
    int more = 7;
    Settings few = new Settings(5, 4, scheduler);
    Settings many = new Settings(5 + more, 4, scheduler);
    long growth =
        peak(() -> model.draw(PROMPTS, null, noise(), many, NOISE, Progress.NONE))
            - peak(() -> model.draw(PROMPTS, null, noise(), few, NOISE, Progress.NONE));
    long latents = (long) Float.BYTES * model.latentShape(1).elements();
    assertTrue(growth <= 2L * more * latents, () -> growth + " bytes for %d steps".formatted(more));
  }

  @Test
  void encoding() {
    assertReturnsAll(() -> model.encode(model.decode(noise()), noise()));
  }

  @Test
  void gradients() {
    assertReturnsAll(() -> Tape.record(watched(), MemoryTest::backward));
  }

  @Test
  void sparingGradients() {
    assertReturnsAll(() -> Tape.within(0, () -> Tape.record(watched(), MemoryTest::backward)));
  }

  /// What is kept of blocks changes how much memory a gradient takes, and no bit of it.
  @Test
  void lessMemorySameBits() {
    long free = BufferPool.shared().liveBytes();
    List<List<float[]>> gradients = new ArrayList<>();
    List<Long> peaks = new ArrayList<>();
    long bytes = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long room = bytes;
      peaks.add(peak(() -> gradients.add(Tape.within(room, MemoryTest::allGradients))));
      bytes = i == 0 ? (free + peaks.getFirst()) / 2 : 0;
    }
    for (List<float[]> sparing : gradients) {
      for (int p = 0; p < sparing.size(); p++) {
        assertArrayEquals(gradients.getFirst().get(p), sparing.get(p), "gradient " + p);
      }
    }
    assertTrue(peaks.get(1) < peaks.get(0) && peaks.get(2) < peaks.get(1), peaks::toString);
  }

  private static List<float[]> allGradients() {
    return Tape.record(
        watched(),
        tape -> {
          Gradients g = tape.backward(loss(50));
          return watched().stream().map(w -> g.of(w).toFloats()).toList();
        });
  }

  private static List<Tensor> watched() {
    return List.copyOf(model.denoiser().parameters().values());
  }

  private static boolean backward(Tape tape) {
    return tape.backward(loss(1)).reached(watched().getFirst());
  }

  private static Tensor loss(int pictures) {
    List<String> prompts = Collections.nCopies(pictures, PROMPTS.getFirst());
    Conditioning text = model.text().encode(prompts, 0, 0);
    Tensor noise = noise(pictures);
    return MseLoss.mseLoss(model.denoiser().forward(noise, 501, text), noise);
  }

  private static Tensor noise() {
    return noise(1);
  }

  private static Tensor noise(int pictures) {
    return TextToImage.noise(model.latentShape(pictures), new TorchGenerator(3));
  }

  private static void assertReturnsAll(Runnable work) {
    long before = BufferPool.shared().liveBytes();
    long first = peak(work);
    assertEquals(before, BufferPool.shared().liveBytes(), "bytes in use after the first run");
    long second = peak(work);
    assertEquals(before, BufferPool.shared().liveBytes(), "bytes in use after the second run");
    assertTrue(first > before, "nothing was counted");
    assertEquals(first, second, "peak of the second run");
  }

  /// Most bytes in use during `work`.
  private static long peak(Runnable work) {
    BufferPool.shared().resetPeak();
    Scope.run("run", work);
    return BufferPool.shared().peakBytes();
  }
}
