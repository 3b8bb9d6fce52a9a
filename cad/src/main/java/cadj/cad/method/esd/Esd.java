package cadj.cad.method.esd;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.training.Training;
import cadj.kernels.random.TorchGenerator;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.memory.Scope;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Erased Stable Diffusion, Gandikota et al. 2023 (arXiv:2303.07345), in the form of its repository
/// (rohitgandikota/erasing 25613d27): [EsdObjective] by Adam, one x_t a step, drawn from the seed.
///
/// Erases the task's first target prompt, mostly the bare name. It needs no preserve set.
///
/// @param weights which are trained
/// @param from the prompt that the concept is erased from; empty for the concept itself
public record Esd(EsdWeights weights, String from, EsdSettings training) implements EditMethod {
  /// Cross-attention, as published.
  public static final Esd X = new Esd(EsdWeights.X, "", EsdSettings.PUBLISHED);

  /// Keys and values of cross-attention, as published.
  public static final Esd X_STRICT = new Esd(EsdWeights.X_STRICT, "", EsdSettings.PUBLISHED);

  /// All but cross-attention, as published.
  public static final Esd U = new Esd(EsdWeights.U, "", EsdSettings.PUBLISHED);

  @Override
  public String name() {
    return weights.method();
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("from", from);
    out.putAll(training.byName());
    return out;
  }

  @Override
  public Esd with(SettingValues values) {
    return new Esd(weights, values.text("from"), EsdSettings.of(values));
  }

  @Override
  public boolean editsCrossAttention() {
    return weights.areCrossAttention();
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    requireGoal(task.goal());
    TextToImage frozen = counted(task);
    Training copies =
        Training.of(name(), frozen.denoiser(), weights.of(frozen.denoiser()), training.lr());
    return trained(task, frozen, from, training, copies, progress);
  }

  /// The task's pipeline, its denoiser counted.
  static TextToImage counted(EditTask task) {
    return task.pipeline().withDenoiser(task.cost().counted(task.pipeline().denoiser()));
  }

  /// What all iterations of a training do.
  static Patch trained(
      EditTask task,
      TextToImage frozen,
      String from,
      EsdSettings settings,
      Training training,
      Progress progress) {
    String concept = task.targets().getFirst().prompt();
    EsdTraining esd =
        new EsdTraining(frozen, concept, from.isEmpty() ? concept : from, settings, training);
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
