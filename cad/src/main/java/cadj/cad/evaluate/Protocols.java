package cadj.cad.evaluate;

import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.Estimators;
import cadj.cad.method.EditTask;
import cadj.cad.probe.Probe;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.Sha256;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonText;
import cadj.tensor.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;

/// Reads protocols: those that come with the program by name, users' own by file. The form of the
/// file is in docs/evaluation.md.
public final class Protocols {
  /// Names of those for the embedded model: what is done where none is named.
  public static final List<String> FASHION =
      List.of(
          "fashion-objects",
          "fashion-styles",
          "fashion-wording",
          "fashion-amplification",
          "fashion-recovery",
          "fashion-prediction");

  /// Of those, the ones for a first look.
  public static final List<String> QUICK =
      List.of("fashion-objects", "fashion-amplification", "fashion-recovery", "fashion-prediction");

  /// Names of those for a user's own Stable Diffusion and judge.
  public static final List<String> STABLE_DIFFUSION = List.of("imagenette-objects", "artists");

  /// Names become names of files.
  static final String NAME = "[a-z0-9][a-z0-9_-]{0,63}";

  private static final String PREDICT = "predict";

  private final JsonObject json;

  /// Where files named in it are looked for.
  private final Path folder;

  private final SequencedMap<String, List<String>> words = new LinkedHashMap<>();
  private final Sha256 hash = new Sha256();

  private Protocols(JsonObject json, Path folder) {
    this.json = json;
    this.folder = folder;
  }

  /// The shipped protocol of that name, else the file at that path.
  ///
  /// @throws FileFormatException if anything in it is not as it must be
  public static Protocol open(String nameOrPath) {
    if (FASHION.contains(nameOrPath) || STABLE_DIFFUSION.contains(nameOrPath)) {
      return shipped(nameOrPath);
    }
    Path file = Path.of(nameOrPath);
    if (!Files.exists(file)) {
      throw new FileFormatException(
          file,
          "",
          "a protocol: a file, or %s, %s"
              .formatted(String.join(", ", FASHION), String.join(", ", STABLE_DIFFUSION)),
          "no file");
    }
    return read(file);
  }

  private static Protocol shipped(String name) {
    String file = name + ".json";
    try (InputStream in = Protocols.class.getResourceAsStream("/cadj/cad/protocols/" + file)) {
      byte[] bytes = requireNonNull(in, file + " is missing from this build").readAllBytes();
      JsonObject json = JsonFile.parse(Path.of(file), ByteBuffer.wrap(bytes));
      return new Protocols(json, Path.of("")).protocol();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Protocol read(Path file) {
    Path folder = requireNonNull(file.toAbsolutePath().getParent());
    return new Protocols(JsonFile.read(file), folder).protocol();
  }

  private Protocol protocol() {
    String goal = json.string("goal");
    return goal.equals(PREDICT) ? prediction() : edits(goal);
  }

  private PredictionPlan prediction() {
    Set<String> known =
        new HashSet<>(Set.of("name", "about", "goal", "concepts", "estimators", "seeds"));
    known.addAll(PredictedSets.KEYS);
    json.requireOnly(known);
    List<String> estimators = distinct(json, "estimators");
    try {
      estimators.forEach(Estimators::named);
    } catch (IllegalArgumentException e) {
      throw json.error("estimators", "estimators", e.getMessage());
    }
    return new PredictionPlan(
        name(),
        json.stringOr("about", ""),
        distinct(json, "concepts"),
        estimators,
        seeds(),
        PredictedSets.of(json),
        hash.add(JsonText.of(json.values())).hex());
  }

  private EditProtocol edits(String goal) {
    json.requireOnly(
        Set.of(
            "name",
            "about",
            "goal",
            "kind",
            "words",
            "concepts",
            "methods",
            "seeds",
            "sampling",
            "groups",
            "probes"));
    JsonObject lists = json.object("words");
    for (String kind : lists.keys()) {
      words.put(kind, distinct(lists, kind));
    }
    String kind = json.string("kind");
    if (!words.containsKey(kind)) {
      throw json.error("kind", "one of words: " + String.join(", ", words.keySet()), kind);
    }
    return new EditProtocol(
        name(),
        json.stringOr("about", ""),
        goal(goal),
        kind,
        words,
        json.has("concepts") ? concepts(kind) : requireNonNull(words.get(kind)),
        distinct(json, "methods"),
        seeds(),
        sampling(json.object("sampling")),
        new GroupReader(words, folder, hash).read(json),
        probes(),
        hash.add(JsonText.of(json.values())).hex());
  }

  private String name() {
    String name = json.string("name");
    if (!name.matches(NAME)) {
      throw json.error(
          "name", "up to 64 letters, digits, _ and -", FileFormatException.quote(name));
    }
    return name;
  }

  private EditTask.Goal goal(String goal) {
    return Arrays.stream(EditTask.Goal.values())
        .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(goal))
        .findFirst()
        .orElseThrow(
            () -> json.error("goal", "erase, amplify or predict", FileFormatException.quote(goal)));
  }

  private List<String> concepts(String kind) {
    List<String> concepts = distinct(json, "concepts");
    for (String concept : concepts) {
      if (!requireNonNull(words.get(kind)).contains(concept)) {
        throw json.error("concepts", "words of kind " + kind, FileFormatException.quote(concept));
      }
    }
    return concepts;
  }

  private List<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    for (JsonValue seed : json.list("seeds")) {
      seeds.add(seed.longInteger());
    }
    if (seeds.isEmpty() || new HashSet<>(seeds).size() < seeds.size()) {
      throw json.error("seeds", "at least one, none twice", seeds.toString());
    }
    return seeds;
  }

  /// A list of texts, none twice.
  static List<String> distinct(JsonObject json, String key) {
    List<String> list = json.list(key).strings();
    if (list.isEmpty() || new HashSet<>(list).size() < list.size()) {
      throw json.error(key, "at least one, none twice", list.size() + " of them");
    }
    return list;
  }

  private static TextToImage.Settings sampling(JsonObject json) {
    json.requireOnly(Set.of("scheduler", "steps", "guidance"));
    String name = json.string("scheduler");
    Scheduler.Kind scheduler =
        Arrays.stream(Scheduler.Kind.values())
            .filter(kind -> kind.toString().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    json.error(
                        "scheduler",
                        "one of " + Arrays.toString(Scheduler.Kind.values()),
                        FileFormatException.quote(name)));
    int steps = json.integer("steps");
    if (steps < 1 || steps > 1000) {
      throw json.error("steps", "1 to 1000", String.valueOf(steps));
    }
    return new TextToImage.Settings(steps, json.number("guidance"), scheduler);
  }

  private List<Probe> probes() {
    if (!json.has("probes")) {
      return List.of();
    }
    return distinct(json, "probes").stream()
        .map(
            name ->
                Probe.all().stream()
                    .filter(probe -> probe.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            json.error(
                                "probes",
                                "some of " + Probe.all().stream().map(Probe::name).toList(),
                                FileFormatException.quote(name))))
        .toList();
  }
}
