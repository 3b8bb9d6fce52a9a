package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.ops.MseLoss;
import cadj.kernels.device.DType;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.MappedFiles;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.HeapLimit;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Weights that stay in their files: the same bits as resident ones, whatever is kept of them.
@GoldenTest
final class MappedWeightsTest {
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";
  private static final List<String> PROMPTS = List.of("a photo of a cat");

  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(longs = {0, 300_000, 1L << 40})
  void picturesAreTheSame(long cacheBytes) {
    for (Path folder : Golden.modelFolders()) {
      ModelFiles files = ModelFiles.open(folder).with(WeightMemory.mapped(cacheBytes));
      float[] expected = picture(ModelFiles.open(folder).with(WeightMemory.resident()));
      assertArrayEquals(expected, picture(files), folder.toString());
      assertTrue(files.memory().reads() > 0, "nothing was mapped");
      Golden.count(1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 300_000})
  void gradientsAreTheSame(long cacheBytes) {
    for (Path folder : Golden.modelFolders()) {
      ModelFiles files = ModelFiles.open(folder);
      List<float[]> expected = gradients(files.with(WeightMemory.resident()), Long.MAX_VALUE);
      for (long room : new long[] {Long.MAX_VALUE, 0}) {
        List<float[]> found = gradients(files.with(WeightMemory.mapped(cacheBytes)), room);
        for (int i = 0; i < expected.size(); i++) {
          assertArrayEquals(expected.get(i), found.get(i), folder + " gradient " + i);
        }
      }
      Golden.count(1);
    }
  }

  /// Whatever type weights are stored in, shards too.
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "F32", "F64"})
  void weightsAreTheSameInEveryType(DType stored) throws IOException {
    Path folder = Folders.copy(Golden.modelFolders().getFirst(), temp.resolve("model"));
    SafetensorsWriter writer = new SafetensorsWriter();
    Folders.tensors(folder.resolve(UNET))
        .forEach(
            (key, w) -> writer.add(key, stored, w.to(stored == DType.F64 ? DType.F64 : DType.F32)));
    writer.write(folder.resolve(UNET));
    Folders.shard(folder, "");
    Denoiser resident = ModelFiles.open(folder).with(WeightMemory.resident()).denoiser();
    Denoiser mapped = ModelFiles.open(folder).with(WeightMemory.mapped(0)).denoiser();
    assertEquals(
        List.copyOf(resident.parameters().keySet()), List.copyOf(mapped.parameters().keySet()));
    resident
        .parameters()
        .forEach(
            (key, w) -> {
              Tensor other = mapped.parameters().get(key);
              assertEquals(w.dtype(), other.dtype(), key);
              assertArrayEquals(w.toDoubles(), other.toDoubles(), key);
            });
    Golden.count(1);
  }

  @Test
  void whatDoesNotFitStaysInItsFiles() {
    ModelFiles files = ModelFiles.open(Golden.modelFolders().getFirst());
    long weights = files.weightBytes();
    assertEquals(bytes(TextToImage.load(files)), weights);
    HeapLimit.within(
        weights + 1000,
        () -> {
          assertFalse(files.leavingRoom(1000).memory().isMapped());
          assertTrue(files.leavingRoom(1001).memory().isMapped());
          return true;
        });
    assertTrue(HeapLimit.within(weights, () -> ModelFiles.open(files.path()).memory().isMapped()));
    assertFalse(ModelFiles.open(files.path()).memory().isMapped());
    Golden.count(1);
  }

  /// Refusals name file and key before anything is read, and leave no file open.
  @Test
  void mappedWeightsAreCheckedWhenLoaded() throws IOException {
    Path folder = Folders.copy(Golden.modelFolders().getFirst(), temp.resolve("model"));
    Map<String, Tensor> tensors = Folders.tensors(folder.resolve(UNET));
    tensors.remove("conv_out.bias");
    SafetensorsWriter.write(folder.resolve(UNET), tensors, Map.of());
    ModelFiles files = ModelFiles.open(folder).with(WeightMemory.mapped(0));
    var error = assertThrows(FileFormatException.class, files::denoiser);
    assertTrue(error.getMessage().contains("conv_out.bias"), error.getMessage());
    MappedFiles.assertNoneIn(folder);
    Golden.count(1);
  }

  /// A file that is closed under a model is a programming error; here the model holds it open.
  @Test
  void filesStayOpenAsLongAsTheModel() throws IOException {
    Path folder = Folders.copy(Golden.modelFolders().getFirst(), temp.resolve("model"));
    Denoiser denoiser = ModelFiles.open(folder).with(WeightMemory.mapped(0)).denoiser();
    System.gc();
    Files.delete(folder.resolve(UNET));
    denoiser.parameters().forEach((key, w) -> assertEquals(w.elements(), w.toFloats().length));
    Golden.count(1);
  }

  private static long bytes(TextToImage model) {
    long bytes = 0;
    for (Tensor w : model.denoiser().parameters().values()) {
      bytes += 4L * w.elements();
    }
    for (Tensor w : model.vae().parameters().values()) {
      bytes += 4L * w.elements();
    }
    try (Checkpoint text =
        ModelFiles.open(Golden.modelFolders().getFirst()).checkpoint("text_encoder")) {
      for (String name : text.names()) {
        bytes += text.dtype(name).isFloat() ? 4L * text.shape(name).elements() : 0;
      }
    }
    return bytes;
  }

  private static float[] picture(ModelFiles files) {
    TextToImage model = TextToImage.load(files);
    Settings settings = new Settings(2, 4, Scheduler.Kind.DDIM);
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(3));
    return model.draw(PROMPTS, null, noise, settings, x -> x, Progress.NONE).toFloats();
  }

  private static List<float[]> gradients(ModelFiles files, long room) {
    TextToImage model = TextToImage.load(files);
    List<Tensor> watched = List.copyOf(model.denoiser().parameters().values());
    Conditioning text = model.text().encode(PROMPTS, 64, 64);
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(3));
    return Tape.within(
        room,
        () ->
            Tape.record(
                watched,
                tape -> {
                  Gradients g =
                      tape.backward(
                          MseLoss.mseLoss(model.denoiser().forward(noise, 501, text), noise));
                  return watched.stream().map(w -> g.of(w).toFloats()).toList();
                }));
  }
}
