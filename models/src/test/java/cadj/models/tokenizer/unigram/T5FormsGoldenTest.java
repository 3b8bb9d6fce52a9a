package cadj.models.tokenizer.unigram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The forms in which T5's tokenizer lies in folders, and odd texts, with the ids of
/// `T5TokenizerFast` (`tokenizer-t5/record.py` says how a form is made).
@GoldenTest
class T5FormsGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temp;

  @Test
  void everyFormGivesTheRecordedIds() throws IOException {
    JsonNode golden = JSON.readTree(Golden.require("tokenizer-t5/prompts.json").toFile());
    assertTrue(golden.get("forms").size() > 15);
    for (JsonNode form : golden.get("forms")) {
      String name = form.get("name").asText();
      T5Tokenizer tokenizer = T5Tokenizer.load(folder(form, temp.resolve(name)));
      assertEquals(form.get("size").asInt(), tokenizer.vocabSize(), name);
      List<String> prompts = prompts(golden, form);
      assertEquals(form.get("ids").size(), prompts.size());
      for (int i = 0; i < prompts.size(); i++) {
        String prompt = prompts.get(i);
        int[] expected = JSON.convertValue(form.get("ids").get(i), int[].class);
        List<Integer> ids = tokenizer.tokens(prompt).stream().map(Token::id).toList();
        assertEquals(
            Arrays.stream(expected).boxed().toList(), ids, () -> name + ": " + escaped(prompt));
        Golden.count(1);
      }
    }
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append(c > ' ' && c < 127 ? (char) c : "\\u%04x".formatted(c)));
    return out.toString();
  }

  private static List<String> prompts(JsonNode golden, JsonNode form) {
    List<String> named = texts(form.get("prompts"));
    if (!golden.has(named.getFirst())) {
      return named;
    }
    List<String> all = new ArrayList<>();
    named.forEach(list -> all.addAll(texts(golden.get(list))));
    return all;
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static Path folder(JsonNode form, Path folder) throws IOException {
    T5Folder.of(folder, texts(form.get("files")).toArray(String[]::new));
    if (form.has("append")) {
      Files.write(
          folder.resolve(T5Folder.SPIECE),
          HexFormat.of().parseHex(form.get("append").asText()),
          StandardOpenOption.APPEND);
    }
    if (form.has("config")) {
      JSON.writeValue(folder.resolve(T5Folder.CONFIG).toFile(), form.get("config"));
    }
    Path file = folder.resolve(T5Folder.JSON);
    if (Files.exists(file)) {
      ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
      change(json, form);
      JSON.writeValue(file.toFile(), json);
    }
    return folder;
  }

  private static void change(ObjectNode json, JsonNode form) {
    if (form.has("pre_tokenizer")) {
      json.set("pre_tokenizer", form.get("pre_tokenizer"));
    }
    if (form.has("normalizers")) {
      List<String> kept = texts(form.get("normalizers"));
      ArrayNode steps = JSON.createArrayNode();
      for (JsonNode step : json.at("/normalizer/normalizers")) {
        if (kept.contains(step.get("type").asText())) {
          steps.add(step);
        }
      }
      switch (steps.size()) {
        case 0 -> json.putNull("normalizer");
        case 1 -> json.set("normalizer", steps.get(0));
        default -> ((ObjectNode) json.get("normalizer")).set("normalizers", steps);
      }
    }
    ArrayNode added = (ArrayNode) json.get("added_tokens");
    if (form.has("added_tokens")) {
      form.get("added_tokens").forEach(added::add);
    }
    if (form.has("vocab")) {
      ObjectNode model = (ObjectNode) json.get("model");
      model.set("vocab", form.get("vocab"));
      model.set("unk_id", form.get("unk_id"));
      while (added.size() > 2) {
        added.remove(2);
      }
    }
  }
}
