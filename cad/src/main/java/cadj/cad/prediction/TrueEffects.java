package cadj.cad.prediction;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.Objective;
import cadj.kernels.random.TorchGenerator;
import cadj.models.classifier.ResNetClassifier;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// What edits of a model's denoiser truly change, on one draw of noise.
final class TrueEffects {
  private static final String BASE = "";

  private final TextToImage pipeline;
  private final String concept;
  private final PredictionSettings settings;
  private final Objective objective;
  private final long seed;
  private final Tensor noise;
  private final FixedPoints points;
  private final Conditioning base;
  private final @Nullable ResNetClassifier classifier;
  private final Map<Truth, Double> before = new EnumMap<>(Truth.class);

  /// @param seed of the start noise
  TrueEffects(
      TextToImage pipeline,
      @Nullable ResNetClassifier classifier,
      String concept,
      PredictionSettings settings,
      Objective objective,
      long seed) {
    this.pipeline = pipeline;
    this.classifier = classifier;
    this.concept = concept;
    this.settings = settings;
    this.objective = objective;
    this.seed = seed;
    noise = TextToImage.noise(pipeline.latentShape(settings.samples()), new TorchGenerator(seed));
    points = points(pipeline);
    int factor = pipeline.vae().config().downsampleFactor();
    base = pipeline.text().encode(List.of(BASE), noise.dim(2) * factor, noise.dim(3) * factor);
  }

  /// The points of the model as it is.
  FixedPoints points() {
    return points;
  }

  private FixedPoints points(TextToImage whose) {
    return FixedPoints.of(
        new EraseCorrected(
            whose, List.of(concept), BASE, noise, settings.steps(), settings.guidance(), seed));
  }

  /// What `edited` changes.
  double of(Truth truth, Denoiser edited) {
    return value(truth, edited)
        - before.computeIfAbsent(truth, its -> value(its, pipeline.denoiser()));
  }

  private double value(Truth truth, Denoiser denoiser) {
    return switch (truth) {
      case FIXED -> points.mean(points.objectives(objective, denoiser));
      case MOVING_BASE ->
          scoped(
              () -> points.mean(points.retargeted(denoiser, base).objectives(objective, denoiser)));
      case FRESH ->
          scoped(
              () -> {
                FixedPoints own = points(pipeline.withDenoiser(denoiser));
                return own.mean(own.objectives(objective, denoiser));
              });
      case LOGIT -> scoped(() -> logit(denoiser));
    };
  }

  private static double scoped(DoubleSupplier work) {
    double[] out = new double[1];
    Scope.run("true effect", () -> out[0] = work.getAsDouble());
    return out[0];
  }

  /// Which of a classifier's logits is the concept's: objects come before styles.
  static int logitNumber(@Nullable ResNetClassifier classifier, String concept) {
    require(classifier != null, "truth logit: this model has no classifier");
    int object = classifier.objects().indexOf(concept);
    if (object >= 0) {
      return object;
    }
    int style = classifier.styles().indexOf(concept);
    require(style >= 0, "truth logit: the classifier knows no \"%s\"", concept);
    return classifier.objects().size() + style;
  }

  private double logit(Denoiser denoiser) {
    int number = logitNumber(classifier, concept);
    int count = noise.dim(0);
    Tensor pictures =
        pipeline
            .withDenoiser(denoiser)
            .draw(
                Collections.nCopies(count, concept),
                null,
                noise,
                new TextToImage.Settings(
                    settings.steps().scheduleSteps(),
                    settings.guidance(),
                    settings.steps().sampler()),
                Scheduler.Noise.NONE,
                TextToImage.Progress.NONE);
    Tensor logits = requireNonNull(classifier).forward(pictures);
    float[] values = logits.toFloats();
    double sum = 0;
    for (int n = 0; n < count; n++) {
      sum += values[n * logits.dim(1) + number];
    }
    return sum / count;
  }
}
