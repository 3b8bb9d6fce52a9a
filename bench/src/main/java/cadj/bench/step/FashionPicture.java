package cadj.bench.step;

import cadj.bench.workload.Workload;
import cadj.kernels.device.F32;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;

/// A picture by the embedded model, in a warm process: loading, text, fifty guided steps, decoding.
public record FashionPicture() implements Workload {
  private static Tensor compute() {
    TextToImage model = TextToImage.load(ModelFiles.open("fashion"));
    return model.draw(
        List.of("a photo of a sneaker"),
        null,
        TextToImage.noise(model.latentShape(1), new TorchGenerator(0)),
        new Settings(50, 7.5, Scheduler.Kind.DDIM),
        Scheduler.Noise.NONE,
        TextToImage.Progress.NONE);
  }

  @Override
  public void run() {
    Scope.run("fashion", FashionPicture::compute);
  }

  @Override
  public List<F32> results() {
    return List.of(F32.of(compute().toFloats()));
  }
}
