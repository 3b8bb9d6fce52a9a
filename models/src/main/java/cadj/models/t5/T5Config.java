package cadj.models.t5;

import cadj.tensor.json.JsonObject;

/// The shape of a T5 encoder of version 1.1, as `config.json` says it; absent keys mean
/// transformers' defaults.
///
/// Keys that change nothing here: `dropout_rate`, `classifier_dropout`, `initializer_factor`
/// (training), `num_decoder_layers`, `decoder_start_token_id`, `is_encoder_decoder`,
/// `tie_word_embeddings`, `use_cache` (the decoder), `pad_token_id`, `eos_token_id` (the tokenizer
/// has its own).
///
/// @param dModel width of the states
/// @param dKv width of a head; all heads together need not be as wide as the states
/// @param dFf width between the layers of the feed-forward part
/// @param numBuckets of relative positions, half of them for keys behind the query
/// @param maxDistance positions at least this far apart share the last bucket
public record T5Config(
    int vocabSize,
    int dModel,
    int dKv,
    int dFf,
    int layers,
    int heads,
    int numBuckets,
    int maxDistance,
    float layerNormEpsilon) {
  private static final int MAX_SIZE = 1 << 20;
  private static final int MAX_LAYERS = 256;
  private static final int MAX_BUCKETS = 1 << 12;

  private static final String FEED_FORWARD = "feed_forward_proj";
  private static final String BUCKETS = "relative_attention_num_buckets";
  private static final String DISTANCE = "relative_attention_max_distance";
  private static final String EPSILON = "layer_norm_epsilon";

  /// Reads and checks the file.
  public static T5Config of(JsonObject json) {
    requireVersion(json);
    T5Config config =
        new T5Config(
            size(json, "vocab_size", 32128, MAX_SIZE),
            size(json, "d_model", 512, MAX_SIZE),
            size(json, "d_kv", 64, MAX_SIZE),
            size(json, "d_ff", 2048, MAX_SIZE),
            size(json, "num_layers", 6, MAX_LAYERS),
            size(json, "num_heads", 8, MAX_SIZE),
            size(json, BUCKETS, 32, MAX_BUCKETS),
            size(json, DISTANCE, 128, MAX_SIZE),
            (float) json.numberOr(EPSILON, 1e-6));
    if ((long) config.heads * config.dKv > MAX_SIZE) {
      throw json.error(
          "num_heads",
          "heads of d_kv %d that are %d wide together at most".formatted(config.dKv, MAX_SIZE),
          String.valueOf(config.heads));
    }
    if (config.numBuckets < 4 || config.numBuckets % 2 != 0) {
      throw json.error(BUCKETS, "an even number from 4", String.valueOf(config.numBuckets));
    }
    if (config.maxDistance <= config.exactBuckets()) {
      throw json.error(
          DISTANCE,
          "more than the %d distances with a bucket each".formatted(config.exactBuckets()),
          String.valueOf(config.maxDistance));
    }
    if (!(config.layerNormEpsilon > 0 && config.layerNormEpsilon < 1)) {
      throw json.error(
          EPSILON, "a number between 0 and 1", String.valueOf(config.layerNormEpsilon));
    }
    return config;
  }

  /// Version 1.0 has another feed-forward part. transformers derives its activation from
  /// [#FEED_FORWARD], and then lets the keys beside it say otherwise.
  private static void requireVersion(JsonObject json) {
    require(json, FEED_FORWARD, "gated-gelu", json.stringOr(FEED_FORWARD, "relu"));
    require(json, "dense_act_fn", "gelu_new", json.stringOr("dense_act_fn", "gelu_new"));
    require(json, "is_gated_act", "true", "" + json.boolOr("is_gated_act", true));
    require(json, "is_decoder", "false", "" + json.boolOr("is_decoder", false));
  }

  private static void require(JsonObject json, String key, String expected, String found) {
    if (!found.equals(expected)) {
      throw json.error(key, expected, found);
    }
  }

  private static int size(JsonObject json, String key, int fallback, int most) {
    int size = json.integerOr(key, fallback);
    if (size < 1 || size > most) {
      throw json.error(key, "a size from 1 to " + most, String.valueOf(size));
    }
    return size;
  }

  /// Width of q, k and v: all heads side by side.
  int innerWidth() {
    return heads * dKv;
  }

  /// Distances below this have a bucket each.
  int exactBuckets() {
    return numBuckets / 4;
  }
}
