package cadj.cad.method.control;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SamplingSettings;
import cadj.cad.method.SettingValues;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.SchedulerConfig;
import java.util.EnumSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// The inputs that are largest while the concept is drawn, ‖x‖: whole columns of each matrix go,
/// whatever their weights.
///
/// @param sampling how the concept is drawn
public record ActivationOnly(List<Sites> sites, double ratio, TextToImage.Settings sampling)
    implements EditMethod {
  @Override
  public String name() {
    return "activation";
  }

  @Override
  public SequencedMap<String, String> settings() {
    return new ConceptActivations(sites, ratio, sampling).settings();
  }

  @Override
  public ActivationOnly with(SettingValues values) {
    return new ActivationOnly(
        values.someOf("sites", Sites.values()),
        values.number("ratio"),
        SamplingSettings.of(values));
  }

  /// Whatever is to become of the concept: a control looks at no scores.
  @Override
  public Set<EditTask.Goal> goals() {
    return EnumSet.allOf(EditTask.Goal.class);
  }

  @Override
  public ActivationOnly on(SchedulerConfig schedule) {
    return new ActivationOnly(sites, ratio, SamplingSettings.on(schedule, sampling));
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    return new ConceptActivations(sites, ratio, sampling)
        .edit(task, progress, (weight, norm) -> norm);
  }
}
