package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.ops.MseLoss;
import cadj.kernels.device.DType;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextToImage;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.TextSettings;
import cadj.models.scheduler.Scheduler;
import cadj.models.t5.T5EncoderModel;
import cadj.models.tokenizer.Cleaning;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A folder of Stable Diffusion 3's form: where its weights are, what they take, and what its parts
/// must fit.
@GoldenTest
@Isolated
final class SD3FilesTest {
  private static final int LENGTH = 16;

  @TempDir private Path temp;

  private final Path folder = Golden.require("sd3-tiny/model_index.json").getParent();
  private final ModelFiles model = ModelFiles.open(folder).with(settings(true, LENGTH));

  private static TextSettings settings(boolean t5, int length) {
    return new TextSettings(Cleaning.TRANSFORMERS, List.of(), PromptStyle.PLAIN, t5, length);
  }

  // ---- weights that stay in their files

  @ParameterizedTest
  @ValueSource(longs = {0, 300_000})
  void mappedWeightsGiveTheSameBits(long cacheBytes) {
    ModelFiles resident = model.with(WeightMemory.resident());
    ModelFiles mapped = model.with(WeightMemory.mapped(cacheBytes));
    assertArrayEquals(picture(resident), picture(mapped));
    assertTrue(mapped.memory().reads() > 0, "nothing was mapped");
    List<float[]> expected = gradients(resident, Long.MAX_VALUE);
    for (long room : new long[] {Long.MAX_VALUE, 0}) {
      List<float[]> found = gradients(mapped, room);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), found.get(i), "gradient " + i);
      }
    }
  }

  private static float[] picture(ModelFiles files) {
    TextToImage pipeline = TextToImage.load(files);
    Settings settings = new Settings(2, 4, Scheduler.Kind.FLOW_MATCH_EULER);
    return pipeline
        .draw(List.of("a cat"), null, noise(pipeline), settings, x -> x, Progress.NONE)
        .toFloats();
  }

  private static Tensor noise(TextToImage pipeline) {
    return TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(3));
  }

  private static List<float[]> gradients(ModelFiles files, long room) {
    TextToImage pipeline = TextToImage.load(files);
    List<Tensor> watched = List.copyOf(pipeline.denoiser().parameters().values());
    Conditioning text = pipeline.text().encode(List.of("a cat"), 32, 32);
    Tensor noise = noise(pipeline);
    return Tape.within(
        room,
        () ->
            Tape.record(
                watched,
                tape -> {
                  Gradients g =
                      tape.backward(
                          MseLoss.mseLoss(pipeline.denoiser().forward(noise, 501, text), noise));
                  return watched.stream().map(w -> g.of(w).toFloats()).toList();
                }));
  }

  /// Whatever holds the other parts' weights.
  @Test
  void t5StaysInItsFiles() {
    ModelFiles resident = model.with(WeightMemory.resident());
    resident.t5Encoder();
    assertEquals(0, resident.memory().peakBytes());
    resident.textEncoder("text_encoder");
    assertTrue(resident.memory().peakBytes() > 0);
  }

  // ---- what they take

  /// T5's are not kept.
  @Test
  void weightsWithoutT5s() throws IOException {
    List<Long> bytes = new ArrayList<>();
    for (String part : List.of("transformer", "vae", "text_encoder", "text_encoder_2")) {
      try (Stream<Path> files = Files.list(folder.resolve(part))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
          Folders.tensors(file).values().forEach(w -> bytes.add(4L * w.elements()));
        }
      }
    }
    assertEquals(bytes.stream().mapToLong(Long::longValue).sum(), model.weightBytes());
    assertEquals(
        bytes.stream().mapToLong(Long::longValue).max().orElseThrow(), model.largestWeightBytes());
  }

  /// With what is widened of weights in half precision.
  @Test
  void whatReadingAPromptTakes() throws IOException {
    assertEquals(0, model.with(settings(false, LENGTH)).t5Work(1));
    ModelFiles half = ModelFiles.open(inHalfPrecision()).with(settings(true, LENGTH));
    T5EncoderModel t5 = half.t5Encoder();
    for (int prompts = 1; prompts <= 2; prompts++) {
      Tensor ids = Tensor.of(new long[prompts * LENGTH], prompts, LENGTH);
      long measured = peak(() -> t5.forward(ids));
      long foretold = half.t5Work(prompts);
      assertTrue(
          foretold >= measured && foretold < 8 * measured,
          () -> "foretold %,d bytes, took %,d".formatted(foretold, measured));
    }
  }

  private Path inHalfPrecision() throws IOException {
    Path copy = Folders.copy(folder, temp.resolve("half"));
    Path part = copy.resolve("text_encoder_3");
    SafetensorsWriter writer = new SafetensorsWriter();
    for (int i = 1; i <= 2; i++) {
      Path shard = part.resolve("model-0000%d-of-00002.safetensors".formatted(i));
      Folders.tensors(shard).forEach((key, w) -> writer.add(key, DType.F16, w.shape(), () -> w));
      Files.delete(shard);
    }
    Files.delete(part.resolve("model.safetensors.index.json"));
    writer.write(part.resolve("model.safetensors"));
    return copy;
  }

  private static long peak(Runnable work) {
    long before = BufferPool.shared().liveBytes();
    BufferPool.shared().resetPeak();
    Scope.run("run", work);
    return BufferPool.shared().peakBytes() - before;
  }

  // ---- parts and settings that belong together

  /// How many tokens T5 takes, or zeros stand for, changes pictures.
  @Test
  void theHashKnowsHowPromptsAreRead() {
    for (boolean t5 : new boolean[] {false, true}) {
      assertNotEquals(
          model.with(settings(t5, LENGTH)).partsHash(),
          model.with(settings(t5, LENGTH + 1)).partsHash());
    }
    assertNotEquals(
        model.with(settings(true, LENGTH)).partsHash(),
        model.with(settings(false, LENGTH)).partsHash());
  }

  @Test
  void sizesThatFitTheOtherParts() {
    DenoiserPart part = DenoiserPart.of("transformer", model.config("transformer"));
    part.requireFit(64, 44, 16);
    assertUnfit("joint_attention_dim: expected 65, as", () -> part.requireFit(65, 44, 16));
    assertUnfit("pooled_projection_dim: expected 45, as", () -> part.requireFit(64, 45, 16));
    assertUnfit("in_channels: expected 4, as", () -> part.requireFit(64, 44, 4));
  }

  private static void assertUnfit(String says, Runnable check) {
    String message = assertThrows(FileFormatException.class, check::run).getMessage();
    assertTrue(message.contains(says), message);
    assertFalse(message.contains("\n"), message);
  }

  /// What a pass is foretold of has the prompt's length: CLIP's 77 tokens, and T5's.
  @Test
  void inputsOfAPass() {
    DenoiserPart part = DenoiserPart.of("transformer", model.config("transformer"));
    Conditioning inputs = part.conditioning(2, settings(true, LENGTH));
    assertEquals("[2,93,64]", inputs.text().shape().toString());
    assertEquals(2 * 44, inputs.pooled().elements());
  }
}
