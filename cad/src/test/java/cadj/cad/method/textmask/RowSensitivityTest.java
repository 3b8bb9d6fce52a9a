package cadj.cad.method.textmask;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.kernels.random.SplitMix64;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Against differences of predictions with single weights moved, at the start of one trajectory.
class RowSensitivityTest {
  /// With a hundredth, rounding moves the smaller of the two sums by 2 %.
  private static final float STEP = 4e-2f;

  @Test
  void squaredDerivativesOfARow() {
    SequencedMap<String, Tensor> projections = new LinkedHashMap<>();
    Bags.PIPELINE
        .denoiser()
        .parameters()
        .forEach(
            (name, w) -> {
              if ((name.startsWith("mid_block") && name.contains("attn2.to_v"))
                  || (name.startsWith("up_blocks.1.attentions.0") && name.contains("attn2.to_k"))) {
                projections.put(name, w);
              }
            });
    assertEquals(2, projections.size());
    EditTask task =
        new EditTask(
            Bags.PIPELINE,
            "bag",
            EditTask.Goal.ERASE,
            Bags.TARGETS.subList(0, 1),
            List.of(),
            null,
            7,
            new Cost());
    Map<String, double[]> got =
        new RowSensitivity(1).of(task, projections, EditMethod.Progress.NONE);
    String k = projections.firstEntry().getKey();
    String v = projections.lastEntry().getKey();
    double mean = 0;
    int rows = 0;
    for (double[] its : got.values()) {
      for (double s : its) {
        mean += s;
        rows++;
      }
    }
    assertEquals(1, mean / rows, 1e-9);
    double plainK = plain(k, 3);
    double plainV = plain(v, 5);
    assertEquals(plainK / plainV, got.get(k)[3] / got.get(v)[5], 0.02 * plainK / plainV);
  }

  private static double plain(String name, int row) {
    Tensor w = Bags.PIPELINE.denoiser().parameters().get(name);
    double sum = 0;
    for (int i = 0; i < w.dim(1); i++) {
      int at = row * w.dim(1) + i;
      double derivative = (out(name, at, STEP) - out(name, at, -STEP)) / (2 * STEP);
      sum += derivative * derivative;
    }
    return sum;
  }

  private static double out(String name, int at, float step) {
    double[] sum = new double[1];
    Scope.run(
        "moved",
        () -> {
          Map<String, Tensor> all = new LinkedHashMap<>(Bags.PIPELINE.denoiser().parameters());
          float[] values = all.get(name).toFloats();
          values[at] += step;
          all.put(name, Tensor.of(values, all.get(name).shape().toArray()));
          Scheduler run = Scheduler.Kind.DDIM.start(Bags.PIPELINE.schedule(), 1);
          Tensor noise = TextToImage.noise(Bags.PIPELINE.latentShape(1), new TorchGenerator(7));
          Conditioning bag = Bags.PIPELINE.text().encode(List.of("bag"), 32, 32);
          double[] out =
              Bags.PIPELINE
                  .denoiser()
                  .with(all)
                  .forward(noise, run.timesteps()[0], bag)
                  .toDoubles();
          long seed = SplitMix64.at(7, 0);
          for (int i = 0; i < out.length; i++) {
            sum[0] += SplitMix64.at(seed, i) < 0 ? -out[i] : out[i];
          }
        });
    return sum[0];
  }
}
