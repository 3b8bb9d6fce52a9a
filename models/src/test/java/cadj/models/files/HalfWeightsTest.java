package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.autograd.ops.MseLoss;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Weights that lie in a GPU's memory in half precision: the bits that the same numbers give in
/// single precision, forward and backward.
@GoldenTest
@Execution(ExecutionMode.CONCURRENT)
final class HalfWeightsTest {
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

  @TempDir private Path temp;

  private static Gpu gpu(DType weights) {
    return new Gpu(
        new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.BOUNDS),
        null,
        null,
        new Precision(MatmulPrecision.HIGHEST, false, weights));
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void predictionsAndGradientsHaveTheSameBits(DType half) {
    for (Path folder : Golden.modelFolders()) {
      Emulated.on(
          gpu(half),
          () -> {
            TextToImage model = TextToImage.load(ModelFiles.open(folder));
            Map<String, Tensor> single = new LinkedHashMap<>();
            int halves = 0;
            for (var w : model.denoiser().parameters().entrySet()) {
              boolean isHalf = w.getValue().storage().stored() instanceof GpuHalf;
              assertTrue(
                  !isHalf || w.getValue().rank() > 1, w.getKey() + ": biases stay as they are");
              halves += isHalf ? 1 : 0;
              single.put(w.getKey(), Scope.outside(w.getValue()::copy));
            }
            assertTrue(halves > 20, "matrices in half precision: " + halves);
            Conditioning text = Scope.outside(() -> model.text().encode(List.of("a cat"), 64, 64));
            int channels = model.latentShape(1).dim(1);
            Tensor x = TextToImage.noise(Shape.of(1, channels, 8, 8), new TorchGenerator(3));
            Denoiser plain = model.denoiser().with(single);
            assertArrayEquals(
                predict(plain, x, text), predict(model.denoiser(), x, text), folder.toString());
            Map<String, float[]> expected = gradients(plain, x, text);
            Map<String, float[]> found = gradients(model.denoiser(), x, text);
            assertEquals(expected.keySet(), found.keySet());
            expected.forEach((key, it) -> assertArrayEquals(it, found.get(key), key));
            return folder;
          });
      Golden.count(1);
    }
  }

  private static float[] predict(Denoiser denoiser, Tensor x, Conditioning text) {
    return Tape.noGrad(() -> denoiser.forward(x, 501, text).toFloats());
  }

  private static Map<String, float[]> gradients(Denoiser denoiser, Tensor x, Conditioning text) {
    Map<Tensor, String> names = new LinkedHashMap<>();
    denoiser.parameters().forEach((key, w) -> names.put(w, key));
    Map<String, float[]> out = new LinkedHashMap<>();
    Tape.record(
        List.copyOf(names.keySet()),
        tape -> {
          Tensor loss = MseLoss.mseLoss(denoiser.forward(x, 501, text), x.onCurrentDevice());
          tape.backward(loss, (w, gradient) -> out.put(names.get(w), gradient.toFloats()));
          return true;
        });
    return out;
  }

  /// Values that are in the files in half precision stay what they are.
  @Test
  void valuesAreRoundedToNearest() {
    Path folder = Golden.modelFolders().getFirst();
    Map<String, Tensor> stored = ModelFiles.open(folder).denoiser().parameters();
    Emulated.on(
        gpu(DType.BF16),
        () -> {
          ModelFiles.open(folder)
              .denoiser()
              .parameters()
              .forEach(
                  (key, w) -> {
                    float[] expected = stored.get(key).toFloats();
                    if (w.storage().stored() instanceof GpuHalf) {
                      assertThrows(IllegalStateException.class, () -> w.storage().overwritten());
                      for (int i = 0; i < expected.length; i++) {
                        expected[i] = bfloat16(expected[i]);
                      }
                    }
                    assertArrayEquals(expected, w.toFloats(), key);
                  });
          return folder;
        });
    Golden.count(1);
  }

  private static float bfloat16(float x) {
    int bits = Float.floatToRawIntBits(x);
    return Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
  }

  @Test
  void whatF16CannotHoldIsRefusedByName() throws IOException {
    Path folder = Folders.copy(Golden.modelFolders().getFirst(), temp.resolve("model"));
    Map<String, Tensor> tensors = Folders.tensors(folder.resolve(UNET));
    String key = "mid_block.resnets.0.conv1.weight";
    float[] values = tensors.get(key).toFloats();
    values[7] = -7e4f;
    tensors.put(key, Tensor.of(values, tensors.get(key).shape().toArray()));
    SafetensorsWriter.write(folder.resolve(UNET), tensors, Map.of());
    var error =
        assertThrows(
            FileFormatException.class,
            () -> Emulated.on(gpu(DType.F16), () -> ModelFiles.open(folder).denoiser()));
    assertTrue(error.getMessage().contains(key), error.getMessage());
    assertTrue(error.getMessage().contains("70000.0 is beyond"), error.getMessage());
    Golden.count(1);
  }
}
