// Functions that are called: by name, with a struct, and through pointers from a table.
struct Line {
  double slope;
  float offset;
  int kind;
};

__device__ __noinline__ float square(float x) { return x * x; }

__device__ __noinline__ float twice(float x) { return x + x; }

__device__ __noinline__ float negated(float x) { return -x; }

__device__ __noinline__ Line moved(Line line, const float *by) {
  line.offset += *by;
  line.kind += 1;
  return line;
}

typedef float (*Function)(float);

__device__ Function table[3] = {square, twice, negated};

extern "C" __global__ void functions(float *y, const float *x, Line line, int n) {
  int i = threadIdx.x;
  if (i < n) {
    Line here = moved(line, x + i);
    if (here.kind % 2 == 0) {
      here = moved(here, &here.offset);
    }
    float value = table[i % 3](x[i]);
    y[i] = (float)(here.slope * square(value)) + here.offset * here.kind;
  }
}
