package cadj.models.tokenizer.unigram;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a tokenizer.json says that is done to a text otherwise than by T5's is refused by name.
class UnigramJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temp;

  private void assertJsonRefused(Consumer<ObjectNode> change, String expected) throws IOException {
    Path file = T5Folder.source().resolve(T5Folder.JSON);
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(json);
    JSON.writeValue(temp.resolve(T5Folder.JSON).toFile(), json);
    T5Folder.assertRefused(temp, T5Folder.JSON, expected);
  }

  private static ObjectNode at(JsonNode json, String pointer) {
    return (ObjectNode) json.at(pointer);
  }

  private static ArrayNode list(JsonNode json, String pointer) {
    return (ArrayNode) json.at(pointer);
  }

  @Test
  void otherWaysToNormalizeAndCut() throws IOException {
    assertJsonRefused(
        json -> at(json, "/normalizer").put("type", "NFKC"),
        "normalizer.type: expected \"Sequence\", found \"NFKC\"");
    assertJsonRefused(
        json -> list(json, "/normalizer/normalizers").remove(1),
        "normalizer.normalizers: expected Precompiled, Strip, Replace, found \"Precompiled,"
            + " Replace\"");
    assertJsonRefused(
        json -> at(json, "/normalizer/normalizers/1").put("strip_left", true),
        "normalizer.normalizers[1].strip_left: expected false, found true");
    assertJsonRefused(
        json -> at(json, "/normalizer/normalizers/1").put("strip_right", false),
        "normalizer.normalizers[1].strip_right: expected true, found false");
    assertJsonRefused(
        json -> at(json, "/normalizer/normalizers/2/pattern").put("Regex", " +"),
        "normalizer.normalizers[2].pattern.Regex: expected \" {2,}\", found \" +\"");
    assertJsonRefused(
        json -> at(json, "/normalizer/normalizers/2").put("content", " "),
        "normalizer.normalizers[2].content: expected \"▁\", found \" \"");
    assertJsonRefused(
        json -> at(json, "/normalizer/normalizers/0").put("precompiled_charsmap", "?"),
        "normalizer.normalizers[0].precompiled_charsmap: expected base64, found \"?\"");
    String cut = Base64.getEncoder().encodeToString("abc".getBytes(UTF_8));
    assertJsonRefused(
        json -> at(json, "/normalizer/normalizers/0").put("precompiled_charsmap", cut),
        "normalizer.normalizers[0].precompiled_charsmap: expected the size of a trie, found 3");
    assertJsonRefused(
        json -> at(json, "/pre_tokenizer").put("type", "Whitespace"),
        "pre_tokenizer.type: expected \"Sequence\", found \"Whitespace\"");
    assertJsonRefused(
        json -> at(json, "/pre_tokenizer").put("replacement", "_"),
        "pre_tokenizer.replacement: expected \"▁\", found \"_\"");
    assertJsonRefused(
        json -> at(json, "/pre_tokenizer").put("split", false),
        "pre_tokenizer.split: expected true, found false");
    assertJsonRefused(
        json -> at(json, "/pre_tokenizer").put("prepend_scheme", "last"),
        "pre_tokenizer.prepend_scheme: expected always, first or never, found \"last\"");
    assertJsonRefused(
        json -> at(json, "/pre_tokenizer").put("add_prefix_space", false),
        "pre_tokenizer.add_prefix_space: expected true, found false");
    assertJsonRefused(
        json -> {
          ObjectNode metaspace = at(json, "/pre_tokenizer").put("prepend_scheme", "first");
          ArrayNode steps =
              json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
          steps.addObject().put("type", "WhitespaceSplit");
          steps.add(metaspace);
        },
        "pre_tokenizer.pretokenizers[1].prepend_scheme: expected \"always\", found \"first\"");
  }

  @Test
  void otherModels() throws IOException {
    assertJsonRefused(
        json -> at(json, "/model").put("type", "BPE"),
        "model.type: expected \"Unigram\", found \"BPE\"");
    assertJsonRefused(
        json -> at(json, "/model").put("byte_fallback", true),
        "model.byte_fallback: expected false, found true");
    assertJsonRefused(
        json -> at(json, "/model").put("unk_id", 1000),
        "model.unk_id: expected the id of one of 1000 pieces, found 1000");
    assertJsonRefused(
        json -> at(json, "/model").putNull("unk_id"),
        "model.unk_id: expected an integer, found null");
    assertJsonRefused(
        json -> list(json, "/model/vocab/5").add(1),
        "model.vocab[5]: expected a piece and its score, found a list of 3");
    assertJsonRefused(
        json -> list(json, "/model/vocab/5").set(1, 0.25),
        "model.vocab[5]: expected the logarithm of a probability as score, found 0.25");
    assertJsonRefused(
        json -> list(json, "/model/vocab/5").set(0, "▁a"),
        "model.vocab[5]: expected each piece once, found \"▁a\", which is piece 3 too");
    assertJsonRefused(
        json -> list(json, "/model/vocab/5").set(0, ""),
        "model.vocab[5]: expected a piece of 1 to 512 characters, found one of 0");
  }

  @Test
  void otherAddedTokensAndTemplates() throws IOException {
    assertJsonRefused(
        json -> at(json, "/added_tokens/1").put("id", 7),
        "added_tokens: expected \"</s>\" to have the id 1, which its place gives it, found the id"
            + " 7");
    assertJsonRefused(
        json -> list(json, "/added_tokens").addObject().put("id", 1001).put("content", "<new>"),
        "added_tokens: expected \"<new>\" to have the id 1000, which its place gives it, found the"
            + " id 1001");
    assertJsonRefused(
        json -> list(json, "/added_tokens").addObject().put("id", 1000).put("content", ""),
        "added_tokens: expected \"\" to have a name, found the id 1000");
    assertJsonRefused(
        json -> at(json, "/added_tokens/1").put("id", 0),
        "added_tokens[1].id: expected an id of its own, found 0 again");
    assertJsonRefused(
        json -> at(json, "/post_processor").put("type", "BertProcessing"),
        "post_processor.type: expected \"TemplateProcessing\", found \"BertProcessing\"");
    assertJsonRefused(
        json -> list(json, "/post_processor/single").remove(1),
        "post_processor.single: expected a Sequence and a SpecialToken, found 1 others");
    assertJsonRefused(
        json -> list(json, "/post_processor/special_tokens/<~1s>/ids").set(0, 3),
        "post_processor.special_tokens.</s>.ids: expected 1, the id of \"</s>\", found 3");
    assertJsonRefused(
        json -> list(json, "/post_processor/special_tokens/<~1s>/ids").add(3),
        "post_processor.special_tokens.</s>.ids: expected 1, the id of \"</s>\", found 2 ids");
    assertJsonRefused(
        json -> at(json, "/post_processor/single/1/SpecialToken").put("id", "<s>"),
        "post_processor.special_tokens.<s>: expected this key, found no such key");
    assertJsonRefused(json -> json.remove("model"), "model: expected this key, found no such key");
  }
}
