package cadj.cad.evaluate;

import cadj.cad.generate.PromptFile;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.Sha256;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// Reads a protocol's groups of prompts.
///
/// @param words by kind, for templates
/// @param folder where files named in it are looked for
/// @param hash is given the content of those files
record GroupReader(SequencedMap<String, List<String>> words, Path folder, Sha256 hash) {
  private static final int MOST_PICTURES = 10_000;
  private static final int MOST_PROMPTS = 100_000;

  /// @throws FileFormatException naming the key that is not as it must be
  List<PromptGroup> read(JsonObject json) {
    List<PromptGroup> out = new ArrayList<>();
    for (JsonObject group : json.list("groups").objects()) {
      group.requireOnly(
          Set.of("name", "prompts", "file", "shows", "of_target", "of_others", "measures"));
      String name = group.string("name");
      if (!name.matches(Protocols.NAME) || out.stream().anyMatch(one -> one.name().equals(name))) {
        throw group.error(
            "name",
            "up to 64 letters, digits, _ and -, for each group another",
            FileFormatException.quote(name));
      }
      out.add(
          new PromptGroup(
              name,
              group.has("file") ? listed(group) : prompts(group),
              count(group, "of_target"),
              count(group, "of_others"),
              measures(group)));
    }
    if (out.isEmpty()) {
      throw json.error("groups", "at least one", "none");
    }
    return out;
  }

  private List<ProtocolPrompt> prompts(JsonObject group) {
    List<Template> templates = templates(group);
    try {
      return templates.stream().flatMap(template -> template.prompts(words).stream()).toList();
    } catch (IllegalArgumentException e) {
      throw group.error("prompts", "templates of the words above", e.getMessage());
    }
  }

  /// The rows of a list, with their own seeds and guidance.
  private List<ProtocolPrompt> listed(JsonObject group) {
    if (group.has("prompts")) {
      throw group.error("file", "no prompts beside it", "both");
    }
    Path file = folder.resolve(group.string("file"));
    PromptFile list = PromptFile.read(file);
    hash.add(file);
    SequencedMap<String, String> shows =
        group.has("shows") ? shows(group.object("shows")) : new LinkedHashMap<>();
    return list.rows().stream()
        .map(row -> new ProtocolPrompt(row.prompt(), shows, row.seed(), row.guidance()))
        .toList();
  }

  private static List<MeasureKind> measures(JsonObject group) {
    if (!group.has("measures")) {
      return List.of(MeasureKind.SEEN);
    }
    return Protocols.distinct(group, "measures").stream()
        .map(
            name ->
                Arrays.stream(MeasureKind.values())
                    .filter(kind -> kind.toString().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            group.error(
                                "measures",
                                "some of " + Arrays.toString(MeasureKind.values()),
                                FileFormatException.quote(name))))
        .toList();
  }

  private List<Template> templates(JsonObject group) {
    JsonList list = group.list("prompts");
    List<Template> out = new ArrayList<>();
    long prompts = 0;
    for (JsonValue one : list) {
      Template template = template(one);
      long choices = 1;
      for (String word : template.open()) {
        choices *= words.getOrDefault(Template.kind(word), List.of("")).size();
      }
      prompts += choices;
      if (prompts > MOST_PROMPTS) {
        throw group.error("prompts", "at most %,d".formatted(MOST_PROMPTS), "more");
      }
      out.add(template);
    }
    return out;
  }

  private Template template(JsonValue value) {
    if (!value.isObject()) {
      return new Template(value.string(), new LinkedHashMap<>());
    }
    JsonObject json = value.object();
    json.requireOnly(Set.of("prompt", "shows"));
    return new Template(json.string("prompt"), shows(json.object("shows")));
  }

  private SequencedMap<String, String> shows(JsonObject json) {
    SequencedMap<String, String> shows = new LinkedHashMap<>();
    for (String key : json.keys()) {
      List<String> known = words.get(Template.kind(key));
      String word = json.string(key);
      if (known == null || !known.contains(word)) {
        throw json.error(
            key,
            known == null ? "a kind of words: " + words.keySet() : "one of the words " + known,
            FileFormatException.quote(word));
      }
      shows.put(key, word);
    }
    return shows;
  }

  private static int count(JsonObject group, String key) {
    int count = group.integer(key);
    if (count < 0 || count > MOST_PICTURES) {
      throw group.error(key, "0 to " + MOST_PICTURES, String.valueOf(count));
    }
    return count;
  }
}
