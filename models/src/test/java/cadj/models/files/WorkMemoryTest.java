package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.autograd.ops.MseLoss;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.DryRun;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// What dry runs foretell, against what the runs take.
@GoldenTest
@Isolated
final class WorkMemoryTest {
  private static final int[] SIDES = {32, 44};

  @Test
  void denoising() {
    for (Path folder : Golden.modelFolders()) {
      ModelFiles files = ModelFiles.open(folder);
      TextToImage model = TextToImage.load(files);
      for (int batch = 1; batch <= 2; batch++) {
        for (int side : SIDES) {
          Tensor x = noise(model, batch, side);
          Conditioning text = text(model, batch);
          long measured = peak(() -> model.denoiser().forward(x, 501, text));
          assertNear(folder, files.denoiserWork(x.shape()).peakBytes(), measured);
        }
      }
      Golden.count(1);
    }
  }

  /// With all blocks computed again: their inputs, and one block with all it keeps.
  @Test
  void sparingGradients() {
    for (Path folder : Golden.modelFolders()) {
      ModelFiles files = ModelFiles.open(folder);
      TextToImage model = TextToImage.load(files);
      Tensor x = noise(model, 1, 32);
      Conditioning text = text(model, 1);
      List<Tensor> watched = List.copyOf(model.denoiser().parameters().values());
      long measured =
          peak(
              () ->
                  Tape.within(
                      0,
                      () ->
                          Tape.record(
                              watched,
                              tape -> {
                                tape.backward(
                                    MseLoss.mseLoss(model.denoiser().forward(x, 501, text), x),
                                    (w, gradient) -> {});
                                return true;
                              })));
      DryRun.Memory work = files.denoiserWork(x.shape());
      assertNear(folder, work.peakBytes() + work.largestBlock(), measured);
      Golden.count(1);
    }
  }

  @Test
  void pictures() {
    for (Path folder : Golden.modelFolders()) {
      ModelFiles files = ModelFiles.open(folder);
      TextToImage model = TextToImage.load(files);
      for (int side : SIDES) {
        Tensor x = noise(model, 1, side);
        Tensor[] picture = new Tensor[1];
        long measured = peak(() -> picture[0] = Scope.outside(() -> model.vae().decode(x).copy()));
        assertNear(folder, files.decoderWork(x.shape()), measured);
        long back = peak(() -> model.vae().encode(picture[0]));
        assertNear(folder, files.encoderWork(picture[0].shape()), back);
      }
      Golden.count(1);
    }
  }

  private static void assertNear(Path folder, long foretold, long measured) {
    assertTrue(
        foretold > 0.9 * measured && foretold < 1.15 * measured,
        () -> "%s: foretold %,d bytes, took %,d".formatted(folder, foretold, measured));
  }

  private static Conditioning text(TextToImage model, int batch) {
    return Scope.outside(() -> model.text().encode(Collections.nCopies(batch, "a cat"), 64, 64));
  }

  private static Tensor noise(TextToImage model, int batch, int side) {
    int channels = model.latentShape(1).dim(1);
    return TextToImage.noise(Shape.of(batch, channels, side, side), new TorchGenerator(3));
  }

  private static long peak(Runnable work) {
    long before = BufferPool.shared().liveBytes();
    BufferPool.shared().resetPeak();
    Scope.run("run", work);
    return BufferPool.shared().peakBytes() - before;
  }
}
