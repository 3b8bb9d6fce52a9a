package cadj.cad.method;

import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import java.util.SequencedMap;

/// How pictures are drawn, among a method's settings: `scheduler`, `steps`, `guidance`.
public final class SamplingSettings {
  private SamplingSettings() {}

  public static void addTo(SequencedMap<String, String> settings, TextToImage.Settings sampling) {
    settings.put("scheduler", SettingValues.lower(sampling.scheduler()));
    settings.put("steps", Integer.toString(sampling.steps()));
    settings.put("guidance", Double.toString(sampling.guidance()));
  }

  /// What [#addTo] wrote.
  public static TextToImage.Settings of(SettingValues values) {
    return new TextToImage.Settings(
        values.integer("steps"),
        values.number("guidance"),
        values.oneOf("scheduler", Scheduler.Kind.values()));
  }
}
