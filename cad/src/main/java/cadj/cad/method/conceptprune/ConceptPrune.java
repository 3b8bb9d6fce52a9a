package cadj.cad.method.conceptprune;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.InputNorms;
import cadj.cad.method.SamplingSettings;
import cadj.cad.method.SettingValues;
import cadj.cad.method.TargetPrompt;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.SchedulerConfig;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// ConceptPrune, Chavhan et al. 2024 (arXiv:2405.19237): zeroes the weights of feed-forward layers
/// that prompts with the concept use more than the same prompts without it.
///
/// Prompts of either kind are drawn; at every call of the UNet norms of the layer's input features
/// are taken, each token scaled to unit length, both halves of the guided batch counted. Weights
/// chosen at more than `selectRatio` of the calls are zeroed ([SkilledWeights]).
///
/// @param layer whose weights
/// @param ratio of each row that is considered at a call
/// @param selectRatio share of the calls that a weight must be chosen at, strictly more
public record ConceptPrune(
    Layer layer, double ratio, double selectRatio, TextToImage.Settings sampling)
    implements EditMethod {
  /// As published: 50 steps of PNDM, which makes 51 calls.
  public static final ConceptPrune PUBLISHED =
      new ConceptPrune(
          Layer.SECOND, 0.01, 0, new TextToImage.Settings(50, 7.5, Scheduler.Kind.PNDM));

  /// Strengths from which an edit can be chosen.
  private static final double[] RATIOS = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5};

  /// A feed-forward block's two layers.
  public enum Layer {
    /// What computes hidden values.
    FIRST(".ff.net.0.proj"),
    /// What reads them.
    SECOND(".ff.net.2");

    private final String suffix;

    Layer(String suffix) {
      this.suffix = suffix;
    }
  }

  public ConceptPrune {
    require(ratio >= 0 && ratio <= 1, "conceptprune ratio: expected 0 to 1, got %s", ratio);
    require(
        selectRatio >= 0 && selectRatio < 1,
        "conceptprune select ratio: expected 0 to less than 1, got %s",
        selectRatio);
  }

  @Override
  public String name() {
    return "conceptprune";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("layer", SettingValues.lower(layer));
    out.put("ratio", Double.toString(ratio));
    out.put("select_ratio", Double.toString(selectRatio));
    SamplingSettings.addTo(out, sampling);
    return out;
  }

  @Override
  public ConceptPrune with(SettingValues values) {
    return new ConceptPrune(
        values.oneOf("layer", Layer.values()),
        values.number("ratio"),
        values.number("select_ratio"),
        SamplingSettings.of(values));
  }

  @Override
  public List<EditMethod> ladder() {
    return DoubleStream.of(RATIOS)
        .<EditMethod>mapToObj(share -> new ConceptPrune(layer, share, selectRatio, sampling))
        .toList();
  }

  @Override
  public ConceptPrune on(SchedulerConfig schedule) {
    return new ConceptPrune(layer, ratio, selectRatio, SamplingSettings.on(schedule, sampling));
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    requireGoal(task.goal());
    TextToImage pipeline =
        task.pipeline().withDenoiser(task.cost().counted(task.pipeline().denoiser()));
    Tensor start = TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(task.seed()));
    InputNorms target =
        norms(
            pipeline, task.targets().stream().map(TargetPrompt::prompt).toList(), start, progress);
    InputNorms base =
        norms(
            pipeline, task.targets().stream().map(TargetPrompt::instead).toList(), start, progress);
    SequencedMap<String, int[]> zeroed = new LinkedHashMap<>();
    layers(pipeline)
        .forEach(
            (key, weight) -> {
              boolean[] chosen = chosen(weight, target.byCall(key), base.byCall(key));
              int[] indices = IntStream.range(0, chosen.length).filter(i -> chosen[i]).toArray();
              if (indices.length > 0) {
                zeroed.put(key + ".weight", indices);
              }
            });
    return Patch.zeroing(zeroed, pipeline.denoiser().parameters(), new LinkedHashMap<>());
  }

  /// Norms as this method takes them.
  InputNorms norms(TextToImage pipeline, List<String> prompts, Tensor start, Progress progress) {
    return InputNorms.of(
        pipeline,
        layers(pipeline).keySet(),
        prompts,
        start,
        sampling,
        InputNorms.Tokens.UNIT_LENGTH,
        InputNorms.Samples.ALL,
        progress);
  }

  /// The layers' weights by their keys.
  private SequencedMap<String, Tensor> layers(TextToImage pipeline) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    String end = layer.suffix + ".weight";
    pipeline
        .denoiser()
        .parameters(List.of(Sites.FF))
        .forEach(
            (name, weight) -> {
              if (name.endsWith(end)) {
                out.put(name.substring(0, name.length() - ".weight".length()), weight);
              }
            });
    return out;
  }

  private boolean[] chosen(Tensor weight, float[][] target, float[][] base) {
    List<boolean[]> byCall = new ArrayList<>();
    for (int call = 0; call < target.length; call++) {
      byCall.add(SkilledWeights.of(weight, target[call], base[call], ratio));
    }
    return SkilledWeights.union(byCall, selectRatio);
  }
}
