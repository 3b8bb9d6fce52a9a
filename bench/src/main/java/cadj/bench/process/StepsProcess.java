package cadj.bench.process;

import cadj.bench.peer.Contender;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/// A program that measures all steps of a denoiser at once and prints one JSON object of seconds.
///
/// It runs once a round: whoever is asked first starts it, and the others take their figures from
/// it.
final class StepsProcess {
  private final List<String> command;
  private final DoubleConsumer peak;
  private final Map<String, Double> round = new HashMap<>();

  /// @param command the program with its arguments, but for `--latents=SIDE`
  /// @param peak is told the process's peak memory in GiB, if the program tells it
  StepsProcess(List<String> command, DoubleConsumer peak) {
    this.command = List.copyOf(command);
    this.peak = peak;
  }

  /// @param key of the program's JSON object
  /// @param side of the latents
  Contender figure(String name, String key, int side) {
    return new Figure(name, key, side);
  }

  private double take(String key, int side) {
    String mine = side + " " + key;
    if (!round.containsKey(mine)) {
      Map<String, Double> figures = parse(run(side));
      figures.forEach((name, seconds) -> round.put(side + " " + name, seconds));
      Double gib = figures.get("peak_gib_sparing");
      if (gib != null) {
        peak.accept(gib);
      }
    }
    Double seconds = round.remove(mine);
    if (seconds == null) {
      throw new IllegalStateException(
          "%s: expected a figure %s, found none".formatted(String.join(" ", command), key));
    }
    return seconds;
  }

  /// The numbers of the last line that is a JSON object.
  static Map<String, Double> parse(String output) {
    String line = output.lines().filter(it -> it.startsWith("{")).reduce("{}", (a, b) -> b);
    Map<String, Double> figures = new HashMap<>();
    try {
      for (Map.Entry<String, JsonNode> field : new ObjectMapper().readTree(line).properties()) {
        if (field.getValue().isNumber()) {
          figures.put(field.getKey(), field.getValue().asDouble());
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("expected a line of JSON, found: " + line, e);
    }
    return figures;
  }

  private String run(int side) {
    List<String> all = new ArrayList<>(command);
    all.add("--latents=" + side);
    try {
      Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "%s: exit code %d, after: %s".formatted(String.join(" ", all), code, output.strip()));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + all.getFirst(), e);
    }
  }

  /// One figure of a round. A process that ends cannot be warmed up from outside, and works on
  /// numbers of its own.
  private final class Figure implements Contender {
    private final String name;
    private final String key;
    private final int side;

    Figure(String name, String key, int side) {
      this.name = name;
      this.key = key;
      this.side = side;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void warmUp(double seconds) {}

    @Override
    public double turn(double atLeast) {
      return take(key, side);
    }
  }
}
