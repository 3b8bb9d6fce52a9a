package cadj.cad.profile.compare;

import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Of the object that `cadj profile --json` prints, what two runs are compared by.
///
/// @param seconds wall time of the whole
/// @param peakBytes most memory of tensors at a time
/// @param keptBytes most memory kept for backward passes at a time
/// @param operations own time by operation and pass
/// @param modules time of the module itself, without those inside it, by network and key
/// @param owners bytes at the peak, by network, module and operation
public record RunSummary(
    String command,
    String device,
    int threads,
    int processors,
    String version,
    double seconds,
    long peakBytes,
    long keptBytes,
    SequencedMap<String, Double> operations,
    SequencedMap<String, Double> modules,
    SequencedMap<String, Double> owners) {
  /// @throws cadj.tensor.file.FileFormatException if it is no such object, naming file and key
  public static RunSummary read(Path file) {
    return of(JsonFile.read(file));
  }

  /// Of this run's object.
  public static RunSummary of(Map<String, ?> json) {
    byte[] text = JsonText.of(json).getBytes(StandardCharsets.UTF_8);
    return of(JsonFile.parse(Path.of("this run"), ByteBuffer.wrap(text)));
  }

  private static RunSummary of(JsonObject json) {
    if (!json.has("operations") || !json.has("modules") || !json.has("memory")) {
      throw json.error(
          "operations, modules, memory",
          "what an earlier cadj profile --json printed",
          "not these");
    }
    JsonObject memory = json.object("memory");
    return new RunSummary(
        json.string("command"),
        json.string("device"),
        json.integer("threads"),
        json.integer("processors"),
        json.string("cadj"),
        json.number("seconds"),
        memory.longInteger("peak_bytes"),
        memory.longInteger("kept_peak_bytes"),
        sums(json.list("operations"), "seconds", RunSummary::operation),
        sums(json.list("modules"), "own_seconds", row -> joined(row, "network", "module")),
        sums(memory.list("owners"), "bytes", row -> joined(row, "network", "module", "operation")));
  }

  private static String operation(JsonObject row) {
    String pass = row.string("pass");
    return row.string("operation") + (pass.equals("forward") ? "" : " " + pass);
  }

  private static String joined(JsonObject row, String... keys) {
    return Stream.of(keys)
        .map(row::string)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /// Values by name, in the order of the list.
  private static SequencedMap<String, Double> sums(
      JsonList rows, String value, Function<JsonObject, String> name) {
    SequencedMap<String, Double> out = new LinkedHashMap<>();
    for (JsonObject row : rows.objects()) {
      out.merge(name.apply(row), row.number(value), Double::sum);
    }
    return out;
  }
}
