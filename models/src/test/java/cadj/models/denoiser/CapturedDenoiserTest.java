package cadj.models.denoiser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.kernels.choice.HostBlas;
import cadj.kernels.choice.HostDnn;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import cadj.kernels.random.TorchGenerator;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.kernels.record.RecordingListener;
import cadj.models.denoiser.WatchedDriver.Counts;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Recorded passes against passes launch by launch, to the bit, on an emulated GPU.
@Execution(ExecutionMode.CONCURRENT)
final class CapturedDenoiserTest {
  /// What passes launch by launch compute, by [Inputs#key]: the same for every test.
  private static final Map<Object, float[]> EXPECTED = new ConcurrentHashMap<>();

  private final WatchedDriver driver = new WatchedDriver();
  private final Gpu gpu = new Gpu(driver);
  private final Denoiser plain = on(() -> ModelFiles.open("fashion").denoiser());
  private final CapturedDenoiser captured = new CapturedDenoiser(plain);

  private <T> T on(Supplier<T> work) {
    return Device.with(gpu, work::get);
  }

  private String weights = "as loaded";

  /// Of 2 pictures.
  ///
  /// @param key of all that a result depends on
  private record Inputs(Object key, Tensor latents, float[] timesteps, Conditioning conditioning) {}

  private Inputs inputs(int seed, int side) {
    TorchGenerator generator = new TorchGenerator(seed);
    LatentForm form = plain.latentForm();
    int width =
        plain.parameters().entrySet().stream()
            .filter(it -> it.getKey().endsWith("attn2.to_k.weight"))
            .mapToInt(it -> it.getValue().dim(1))
            .findFirst()
            .orElseThrow();
    return new Inputs(
        List.of(seed, side, weights),
        TextToImage.noise(Shape.of(2, form.channels(), side, side), generator),
        new float[] {901 - 7 * seed, 13 * seed},
        Conditioning.of(TextToImage.noise(Shape.of(2, 5, width), generator)));
  }

  private float[] values(Denoiser denoiser, Inputs in) {
    return on(() -> Tape.noGrad(() -> Scope.outside(() -> scoped(denoiser, in))));
  }

  private static float[] scoped(Denoiser denoiser, Inputs in) {
    float[][] out = new float[1][];
    Scope.run(
        "pass",
        () -> out[0] = denoiser.forward(in.latents, in.timesteps, in.conditioning).toFloats());
    return out[0];
  }

  /// A pass of each, and what the captured one asked for but for the copy of its result.
  private Counts assertSame(Inputs in) {
    float[] expected = EXPECTED.computeIfAbsent(in.key, key -> values(plain, in));
    driver.counts();
    float[] actual = values(captured, in);
    Counts counts = driver.counts();
    assertArrayEquals(expected, actual);
    assertEquals(1, counts.waits(), "for the result");
    return counts;
  }

  private void record(int side) {
    for (int i = 0; i < CapturedDenoiser.PASSES_BEFORE; i++) {
      assertNotReplayed(inputs(i + 1, side));
      assertFalse(captured.isRecorded());
    }
    assertRecorded(inputs(7, side));
  }

  private void assertRecorded(Inputs in) {
    Counts counts = assertSame(in);
    assertEquals(List.of(1, 1), List.of(counts.captures(), counts.replays()));
    assertTrue(captured.isRecorded());
  }

  private void assertReplayed(Inputs in) {
    Counts counts = assertSame(in);
    assertEquals(List.of(0, 1), List.of(counts.captures(), counts.replays()));
    assertTrue(counts.launches() <= 4, "inputs and result: " + counts);
  }

  private void assertNotReplayed(Inputs in) {
    Counts counts = assertSame(in);
    assertEquals(List.of(0, 0), List.of(counts.captures(), counts.replays()));
    assertTrue(counts.launches() > 50, counts::toString);
  }

  @Test
  void aPassIsRecordedAndReplayedForOtherInputs() {
    record(4);
    for (int seed = 3; seed < 6; seed++) {
      assertReplayed(inputs(seed, 4));
    }
  }

  @Test
  void anotherFormIsRecordedAnew() {
    record(4);
    record(6);
    assertReplayed(inputs(3, 6));
    Inputs square = inputs(4, 6);
    Tensor channelsLast = on(() -> square.latents.onCurrentDevice().channelsLast());
    Inputs turned = new Inputs("turned", channelsLast, square.timesteps, square.conditioning);
    assertNotReplayed(turned);
    assertNotReplayed(turned);
    assertRecorded(turned);
    assertReplayed(turned);
  }

  @Test
  void overwrittenWeightsAreRecordedAnew() {
    record(4);
    Tensor weight = plain.parameters().get("conv_in.weight");
    on(
        () -> {
          weight.copyFrom(Tensor.scalar(0.25f));
          return weight;
        });
    weights = "overwritten";
    assertNotReplayed(inputs(3, 4));
    assertNotReplayed(inputs(4, 4));
    assertRecorded(inputs(5, 4));
    assertReplayed(inputs(6, 4));
  }

  /// Others take, and write, all the memory that they can get between two replays.
  @Test
  void nobodyElseWritesWhereItWorks() {
    record(4);
    on(
        () -> {
          Scope.run(
              "others",
              () -> {
                List<Tensor> all = new ArrayList<>();
                for (int size = 64; size < 1 << 16; size += size / 8) {
                  for (int i = 0; i < 8; i++) {
                    all.add(Tensor.full(weight().dtype(), Shape.of(size), Float.NaN));
                  }
                }
                assertReplayed(inputs(3, 4));
                all.forEach(it -> assertTrue(Double.isNaN(it.get(0))));
              });
          return weight();
        });
  }

  private Tensor weight() {
    return plain.parameters().firstEntry().getValue();
  }

  @Test
  void memoryIsGivenBack() {
    record(4);
    captured.close(); // filters laid out for the kernels stay
    long before = gpu.pool().liveBytes();
    record(4);
    assertTrue(gpu.pool().liveBytes() > before);
    captured.close();
    assertEquals(before, gpu.pool().liveBytes());
    assertFalse(captured.isRecorded());
  }

  @Test
  void watchedPassesAreDoneLaunchByLaunch() {
    record(4);
    weights = "as loaded, and watched"; // so that the plain one does it here
    Inputs in = inputs(3, 4);
    int[] seen = new int[1];
    Activations.with(
        Activations.observe("mid_block", (key, value) -> seen[0]++),
        () -> {
          assertNotReplayed(in);
          return in;
        });
    assertEquals(2, seen[0], "of both denoisers");
    Recording.with(
        new Recorder(1000, RecordingListener.NONE),
        () -> {
          assertNotReplayed(in);
          return in;
        });
    float[] taped =
        on(
            () ->
                Tape.record(
                    List.of(weight()),
                    tape -> {
                      Tensor out = captured.forward(in.latents, in.timesteps, in.conditioning);
                      assertTrue(Tape.isRecording());
                      return out.toFloats();
                    }));
    assertEquals(0, driver.counts().replays());
    assertArrayEquals(values(plain, in), taped);
    assertReplayed(in);
  }

  /// The stand-ins for NVIDIA's libraries work on the host.
  @Test
  void aRefusalIsForGood() {
    Cpu cpu = new Cpu(2);
    Gpu withLibraries = new Gpu(driver, new HostBlas(cpu), new HostDnn(cpu), Precision.FULL);
    Device.with(
        withLibraries,
        () -> {
          Denoiser denoiser = ModelFiles.open("fashion").denoiser();
          try (CapturedDenoiser refused = new CapturedDenoiser(denoiser)) {
            for (int seed = 1; seed < 5; seed++) {
              Inputs in = inputs(seed, 4);
              float[] expected = Tape.noGrad(() -> scoped(denoiser, in));
              driver.counts();
              assertArrayEquals(expected, Tape.noGrad(() -> scoped(refused, in)));
              assertEquals(seed == 3 ? 1 : 0, driver.counts().captures(), "pass " + seed);
              assertFalse(refused.isRecorded());
            }
          }
          return denoiser;
        });
  }

  @Test
  void whatIsNoNetworkIsNotRecorded() {
    Denoiser forwarding = new ForwardingDenoiser(plain) {};
    try (CapturedDenoiser never = new CapturedDenoiser(forwarding)) {
      for (int seed = 1; seed < 5; seed++) {
        assertArrayEquals(values(plain, inputs(seed, 4)), values(never, inputs(seed, 4)));
      }
    }
    assertEquals(0, driver.counts().captures());
  }

  @Test
  void wrongSizesAreToldAsEver() {
    record(4);
    Inputs in = inputs(3, 4);
    Conditioning one = in.conditioning.samples(0, 1);
    Inputs wrong = new Inputs("wrong", in.latents, in.timesteps, one);
    String message =
        assertThrows(IllegalArgumentException.class, () -> values(plain, wrong)).getMessage();
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> values(captured, wrong)).getMessage());
  }
}
