package cadj.cad.method;

import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.SchedulerConfig;
import java.util.SequencedMap;

/// How pictures are drawn, among a method's settings: `scheduler`, `steps`, `guidance`.
public final class SamplingSettings {
  private SamplingSettings() {}

  public static void addTo(SequencedMap<String, String> settings, TextToImage.Settings sampling) {
    settings.put("scheduler", SettingValues.lower(sampling.scheduler()));
    settings.put("steps", Integer.toString(sampling.steps()));
    settings.put("guidance", Double.toString(sampling.guidance()));
  }

  /// The same with a sampler that can step a model with this schedule.
  public static TextToImage.Settings on(SchedulerConfig schedule, TextToImage.Settings sampling) {
    return new TextToImage.Settings(
        sampling.steps(), sampling.guidance(), schedule.orOfFlow(sampling.scheduler()));
  }

  /// What [#addTo] wrote.
  public static TextToImage.Settings of(SettingValues values) {
    return new TextToImage.Settings(
        values.integer("steps"),
        values.number("guidance"),
        values.oneOf("scheduler", Scheduler.Kind.values()));
  }
}
