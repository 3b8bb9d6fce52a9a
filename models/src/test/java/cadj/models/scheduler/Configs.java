package cadj.models.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Scheduler configurations written in a test.
public final class Configs {
  private Configs() {}

  /// A file of that content, of no pipeline.
  public static SchedulerConfig of(String json) {
    return new SchedulerConfig(json(json), false);
  }

  static JsonObject json(String json) {
    return JsonFile.parse(Path.of("scheduler_config.json"), ByteBuffer.wrap(json.getBytes(UTF_8)));
  }
}
