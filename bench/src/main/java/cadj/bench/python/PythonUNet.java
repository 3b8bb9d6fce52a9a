package cadj.bench.python;

import cadj.bench.peer.Contender;
import cadj.bench.peer.Peer;
import cadj.bench.step.EraseStep;
import cadj.bench.step.UNetForward;
import cadj.bench.workload.Workload;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// PyTorch's UNet of the same size: `unet_torch.py time`, one process a round.
///
/// A round measures two forward passes and both forms of the erase step at once, so whoever is
/// asked first starts it, and the others take their figures from it.
public final class PythonUNet implements Peer {
  /// What the contenders of this peer are called.
  public static final List<String> NAMES = List.of("PyTorch", "PyTorch published");

  private final Path python;
  private final Path script;
  private final Map<String, Double> round = new HashMap<>();
  private int threads = 1;

  /// @param python the interpreter, which has torch
  /// @param script `unet_torch.py`
  public PythonUNet(Path python, Path script) {
    this.python = python;
    this.script = script;
  }

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public void start(int number) {
    threads = number;
  }

  @Override
  public List<Contender> contenders(Workload workload) {
    return switch (workload) {
      case UNetForward forward when forward.batch() <= 2 ->
          List.of(new Figure(NAMES.get(0), "forward" + forward.batch(), forward.side()));
      case EraseStep erase ->
          List.of(
              new Figure(NAMES.get(0), "erase_sparing", erase.side()),
              new Figure(NAMES.get(1), "erase_published", erase.side()));
      default -> List.of();
    };
  }

  private double take(String key, int side) {
    String mine = side + " " + key;
    if (!round.containsKey(mine)) {
      parse(output(side)).forEach((name, seconds) -> round.put(side + " " + name, seconds));
    }
    Double seconds = round.remove(mine);
    if (seconds == null) {
      throw new IllegalStateException(
          "%s: expected a figure %s, found none".formatted(script, key));
    }
    return seconds;
  }

  /// The numbers of the output's last line, one JSON object.
  static Map<String, Double> parse(String output) {
    String line = output.lines().filter(it -> it.startsWith("{")).reduce("", (a, b) -> b);
    Map<String, Double> figures = new HashMap<>();
    try {
      JsonNode json = new ObjectMapper().readTree(line);
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        if (field.getValue().isNumber()) {
          figures.put(field.getKey(), field.getValue().asDouble());
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("expected a line of JSON, found: " + line, e);
    }
    return figures;
  }

  private String output(int side) {
    List<String> command =
        List.of(
            python.toString(),
            script.toString(),
            "time",
            "--rounds=1",
            "--latents=" + side,
            "--threads=" + threads);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "%s: exit code %d".formatted(String.join(" ", command), code));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + python, e);
    }
  }

  /// One figure of a round. It works on numbers of its own, and a process cannot be warmed up.
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
