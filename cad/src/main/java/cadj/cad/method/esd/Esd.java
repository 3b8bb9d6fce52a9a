package cadj.cad.method.esd;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.training.Training;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.memory.Scope;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Erased Stable Diffusion, Gandikota et al. 2023 (arXiv:2303.07345), in the form of its repository
/// (rohitgandikota/erasing 25613d27): [EsdObjective] by Adam, one x_t a step, drawn from the seed.
///
/// Erases the task's first target prompt, mostly the bare name. It needs no preserve set.
///
/// @param weights which are trained
/// @param from the prompt that the concept is erased from; null for the concept itself
public record Esd(EsdWeights weights, @Nullable String from, EsdSettings training)
    implements EditMethod {
  /// Cross-attention, as published.
  public static Esd x() {
    return new Esd(EsdWeights.X, null, EsdSettings.published());
  }

  /// Keys and values of cross-attention, as published.
  public static Esd xStrict() {
    return new Esd(EsdWeights.X_STRICT, null, EsdSettings.published());
  }

  /// All but cross-attention, as published.
  public static Esd u() {
    return new Esd(EsdWeights.U, null, EsdSettings.published());
  }

  /// The same, erasing from another prompt.
  public Esd from(String prompt) {
    return new Esd(weights, prompt, training);
  }

  /// The same with other settings.
  public Esd with(EsdSettings other) {
    return new Esd(weights, from, other);
  }

  @Override
  public String name() {
    return weights.method();
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    if (from != null) {
      out.put("from", from);
    }
    out.putAll(training.byName());
    return out;
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    TextToImage frozen = counted(name(), task);
    Training copies =
        Training.of(name(), frozen.denoiser(), weights.of(frozen.denoiser()), training.lr());
    return trained(task, frozen, from, training, copies, progress);
  }

  /// The task's pipeline, its denoiser counted.
  ///
  /// @throws IllegalArgumentException if the task is to amplify
  static TextToImage counted(String method, EditTask task) {
    require(
        task.goal() == EditTask.Goal.ERASE,
        "%s: erases concepts, and cannot amplify \"%s\"",
        method,
        task.concept());
    return task.pipeline().withDenoiser(task.cost().counted(task.pipeline().denoiser()));
  }

  /// What all iterations of a training do.
  static Patch trained(
      EditTask task,
      TextToImage frozen,
      @Nullable String from,
      EsdSettings settings,
      Training training,
      Progress progress) {
    String concept = task.targets().getFirst().prompt();
    EsdTraining esd =
        new EsdTraining(frozen, concept, from == null ? concept : from, settings, training);
    TorchGenerator generator = new TorchGenerator(task.seed());
    for (int i = 0; i < settings.iterations(); i++) {
      progress.at("training", i, settings.iterations());
      Scope.run(
          "esd iteration",
          () ->
              esd.step(
                  esd.point(
                      EsdDraw.next(generator, settings.samplingSteps(), frozen.latentShape(1)))));
    }
    progress.at("training", settings.iterations(), settings.iterations());
    return training.patch();
  }
}
