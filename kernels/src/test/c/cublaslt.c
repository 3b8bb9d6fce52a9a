/* libcublasLt.so.12 and .so.13 for a machine without a GPU, as far as cadj uses them. The product itself is the
 * machine's. It proposes one algorithm, which works for what it was proposed for and for nothing else. */
#include "stub.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, NOT_INITIALIZED = 1, ALLOC_FAILED = 3, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum { COMPUTE_32F = 68, COMPUTE_32F_FAST_16BF = 75, COMPUTE_32F_FAST_TF32 = 77 };
enum { R_32F = 0 };
enum { DEFAULT = 1, BIAS = 4 };
enum { ADD_IN_ORDER = 2 };

struct handle {
  int unused;
};

struct product {
  int compute, trans_a, trans_b, epilogue;
  long bias;
};

struct layout {
  long rows, columns, pitch, stride;
  int batch;
};

struct preference {
  long workspace;
  int reductions;
  int alignment[4];
};

struct algorithm {
  struct product of;
  int alignment[4];
};

struct result {
  uint64_t algorithm[8];
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};

_Static_assert(sizeof(struct algorithm) <= 64, "an algorithm has 64 bytes");

const char *cublasLtGetStatusName(int status) {
  switch (status) {
  case SUCCESS:
    return "CUBLAS_STATUS_SUCCESS";
  case ALLOC_FAILED:
    return "CUBLAS_STATUS_ALLOC_FAILED";
  case INVALID_VALUE:
    return "CUBLAS_STATUS_INVALID_VALUE";
  case EXECUTION_FAILED:
    return "CUBLAS_STATUS_EXECUTION_FAILED";
  case NOT_SUPPORTED:
    return "CUBLAS_STATUS_NOT_SUPPORTED";
  default:
    return "CUBLAS_STATUS_ANOTHER";
  }
}

int cublasLtCreate(struct handle **out) {
  int result = stub_enter("cublasLtCreate");
  if (result)
    return result < 100 ? result : NOT_INITIALIZED;
  *out = calloc(1, sizeof **out);
  return SUCCESS;
}

int cublasLtDestroy(struct handle *handle) {
  free(handle);
  return SUCCESS;
}

int cublasLtMatmulDescCreate(struct product **out, int compute, int scale) {
  if (scale != R_32F)
    return NOT_SUPPORTED;
  *out = calloc(1, sizeof **out);
  (*out)->compute = compute;
  (*out)->epilogue = DEFAULT;
  return SUCCESS;
}

int cublasLtMatmulDescDestroy(struct product *it) {
  free(it);
  return SUCCESS;
}

int cublasLtMatmulDescSetAttribute(struct product *it, int attribute, const void *from, size_t bytes) {
  if (bytes != (attribute == 8 ? 8 : 4))
    return INVALID_VALUE;
  switch (attribute) {
  case 3:
    it->trans_a = *(const int *)from;
    return SUCCESS;
  case 4:
    it->trans_b = *(const int *)from;
    return SUCCESS;
  case 7:
    it->epilogue = *(const int *)from;
    return SUCCESS;
  case 8:
    it->bias = *(const long *)from;
    return SUCCESS;
  default:
    return INVALID_VALUE;
  }
}

int cublasLtMatrixLayoutCreate(struct layout **out, int type, uint64_t rows, uint64_t columns, int64_t pitch) {
  if (type != R_32F)
    return NOT_SUPPORTED;
  *out = calloc(1, sizeof **out);
  **out = (struct layout){(long)rows, (long)columns, pitch, 0, 1};
  return pitch >= (int64_t)rows ? SUCCESS : INVALID_VALUE;
}

int cublasLtMatrixLayoutDestroy(struct layout *it) {
  free(it);
  return SUCCESS;
}

int cublasLtMatrixLayoutSetAttribute(struct layout *it, int attribute, const void *from, size_t bytes) {
  if (attribute == 5 && bytes == 4)
    it->batch = *(const int *)from;
  else if (attribute == 6 && bytes == 8)
    it->stride = *(const long *)from;
  else
    return INVALID_VALUE;
  return SUCCESS;
}

int cublasLtMatmulPreferenceCreate(struct preference **out) {
  *out = calloc(1, sizeof **out);
  **out = (struct preference){0, 7, {256, 256, 256, 256}};
  return SUCCESS;
}

int cublasLtMatmulPreferenceDestroy(struct preference *it) {
  free(it);
  return SUCCESS;
}

int cublasLtMatmulPreferenceSetAttribute(struct preference *it, int attribute, const void *from, size_t bytes) {
  if (bytes != (attribute == 1 ? 8 : 4))
    return INVALID_VALUE;
  if (attribute == 1)
    it->workspace = *(const long *)from;
  else if (attribute == 3)
    it->reductions = *(const int *)from;
  else if (attribute >= 5 && attribute <= 8)
    it->alignment[attribute - 5] = *(const int *)from;
  else
    return INVALID_VALUE;
  return SUCCESS;
}

/* Of the product, k; or -1, if matrices do not fit. */
static long depth(const struct product *it, const struct layout *a, const struct layout *b, const struct layout *c,
                  const struct layout *d) {
  long k = it->trans_a ? a->rows : a->columns;
  int fit = (it->trans_a ? a->columns : a->rows) == d->rows && (it->trans_b ? b->columns : b->rows) == k &&
            (it->trans_b ? b->rows : b->columns) == d->columns && c->rows == d->rows && c->columns == d->columns &&
            a->batch == d->batch && b->batch == d->batch && c->batch == d->batch;
  return fit && k > 0 && d->rows > 0 && d->columns > 0 ? k : -1;
}

static size_t workspace_of(const struct layout *d) { return (size_t)(d->rows * 4 + 3); }

int cublasLtMatmulAlgoGetHeuristic(struct handle *handle, const struct product *it, const struct layout *a,
                                   const struct layout *b, const struct layout *c, const struct layout *d,
                                   const struct preference *preference, int most, struct result *out, int *count) {
  *count = 0;
  int result = stub_enter("cublasLtMatmulAlgoGetHeuristic");
  if (result)
    return result;
  int known = it->compute == COMPUTE_32F || it->compute == COMPUTE_32F_FAST_16BF || it->compute == COMPUTE_32F_FAST_TF32;
  if (!handle || depth(it, a, b, c, d) < 0 || most < 1)
    return INVALID_VALUE;
  if (!known || (it->epilogue != DEFAULT && it->epilogue != BIAS) || preference->reductions != ADD_IN_ORDER ||
      (size_t)preference->workspace < workspace_of(d))
    return NOT_SUPPORTED;
  struct algorithm algorithm = {.of = *it};
  memcpy(algorithm.alignment, preference->alignment, sizeof algorithm.alignment);
  memset(out, 0, sizeof *out);
  memcpy(out->algorithm, &algorithm, sizeof algorithm);
  out->workspace = workspace_of(d);
  *count = 1;
  return SUCCESS;
}

static long alignment_of(long address) { return (address | 16) & -(address | 16); }

static int covers(const void *at, const struct layout *it) {
  return stub_is_memory((long)at, (it->stride * (it->batch - 1) + it->pitch * (it->columns - 1) + it->rows) * 4);
}

static int multiply(const void *data) { return stub_machine.multiply(data); }

int cublasLtMatmul(struct handle *handle, const struct product *it, const float *alpha, const void *a,
                   const struct layout *a_layout, const void *b, const struct layout *b_layout, const float *beta,
                   const void *c, const struct layout *c_layout, void *d, const struct layout *d_layout,
                   const struct algorithm *algorithm, void *workspace, size_t workspace_bytes, void *stream) {
  int result = stub_enter("cublasLtMatmul");
  if (result)
    return result < 100 ? result : EXECUTION_FAILED;
  long k = depth(it, a_layout, b_layout, c_layout, d_layout);
  if (!stub_is_stream(stream) || k < 0 || workspace_bytes < workspace_of(d_layout) || (long)workspace % 256 ||
      !stub_is_memory((long)workspace, (long)workspace_bytes))
    return INVALID_VALUE;
  const struct product *of = &algorithm->of;
  if (of->compute != it->compute || of->trans_a != it->trans_a || of->trans_b != it->trans_b ||
      of->epilogue != it->epilogue)
    return NOT_SUPPORTED;
  const void *at[] = {a, b, c, d};
  for (int i = 0; i < 4; i++)
    if ((long)at[i] % algorithm->alignment[i])
      return INVALID_VALUE;
  if (!covers(a, a_layout) || !covers(b, b_layout) || (*beta != 0 && !covers(c, c_layout)) || !covers(d, d_layout))
    return INVALID_VALUE;
  if (c == d && memcmp(c_layout, d_layout, sizeof *c_layout))
    return INVALID_VALUE; /* in place, both must lie alike */
  long bias = it->epilogue == BIAS ? it->bias : 0;
  if (it->epilogue == BIAS && (alignment_of(bias) < alignment_of(of->bias) || !stub_is_memory(bias, d_layout->rows * 4)))
    return INVALID_VALUE; /* less aligned than when the algorithm was chosen */
  struct multiplication what = {
      .a = (long)a, .b = (long)b, .c = (long)c, .d = (long)d, .bias = bias, .stride_a = a_layout->stride,
      .stride_b = b_layout->stride, .stride_c = c_layout->stride, .stride_d = d_layout->stride, .trans_a = it->trans_a,
      .trans_b = it->trans_b, .m = (int)d_layout->rows, .n = (int)d_layout->columns, .k = (int)k,
      .lda = (int)a_layout->pitch, .ldb = (int)b_layout->pitch, .ldc = (int)c_layout->pitch, .ldd = (int)d_layout->pitch,
      .batch = d_layout->batch, .alpha = *alpha, .beta = *beta,
      .precision = it->compute == COMPUTE_32F ? FULL : it->compute == COMPUTE_32F_FAST_TF32 ? TO_TF32 : TO_BF16};
  stub_enqueue(multiply, &what, sizeof what);
  return SUCCESS;
}
