package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.autograd.ops.MseLoss;
import cadj.kernels.random.TorchGenerator;
import cadj.models.folder.ModelFolder;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.unet.Conditioning;
import cadj.tensor.Tensor;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.Scope;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs give all their memory back, and a second one needs what the first one needed.
final class MemoryTest {
  private static final List<String> PROMPTS = List.of("a photo of a bag");

  private static TextToImage model;

  @BeforeAll
  static void load() {
    model = TextToImage.load(ModelFolder.open("fashion"));
  }

  @ParameterizedTest
  @EnumSource(Scheduler.Kind.class)
  void generation(Scheduler.Kind scheduler) {
    Settings settings = new Settings(6, 4, scheduler);
    assertReturnsAll(() -> model.draw(PROMPTS, null, noise(), settings, Progress.NONE));
  }

  /// Each step leaves its prediction and its latents behind until the run ends, and nothing else.
  @ParameterizedTest
  @EnumSource(Scheduler.Kind.class)
  void stepsLeaveLittleBehind(Scheduler.Kind scheduler) {
    int more = 7;
    Settings few = new Settings(5, 4, scheduler);
    Settings many = new Settings(5 + more, 4, scheduler);
    long growth =
        peak(() -> model.draw(PROMPTS, null, noise(), many, Progress.NONE))
            - peak(() -> model.draw(PROMPTS, null, noise(), few, Progress.NONE));
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
    assertReturnsAll(() -> Tape.recordSparingly(watched(), MemoryTest::backward));
  }

  private static List<Tensor> watched() {
    return List.copyOf(model.unet().parameters().values());
  }

  private static boolean backward(Tape tape) {
    Conditioning text = model.text().encode(PROMPTS, 0, 0);
    Tensor out = model.unet().forward(noise(), 501, text);
    return tape.backward(MseLoss.mseLoss(out, noise())).reached(watched().getFirst());
  }

  private static Tensor noise() {
    return TextToImage.noise(model.latentShape(1), new TorchGenerator(3));
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
