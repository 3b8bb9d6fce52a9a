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

/// The highest |w|·‖x‖ of each row, x the weight's input feature while the concept is drawn: what
/// Wanda (Sun et al. 2023, arXiv:2306.11695) would keep for the concept goes.
///
/// @param sampling how the concept is drawn
public record Wanda(List<Sites> sites, double ratio, TextToImage.Settings sampling)
    implements EditMethod {
  @Override
  public String name() {
    return "wanda";
  }

  @Override
  public SequencedMap<String, String> settings() {
    return new ConceptActivations(sites, ratio, sampling).settings();
  }

  @Override
  public Wanda with(SettingValues values) {
    return new Wanda(
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
  public Wanda on(SchedulerConfig schedule) {
    return new Wanda(sites, ratio, SamplingSettings.on(schedule, sampling));
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    return new ConceptActivations(sites, ratio, sampling)
        .edit(task, progress, (weight, norm) -> Math.abs(weight) * norm);
  }
}
