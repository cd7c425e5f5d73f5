const createTask = async (accessToken, taskData) => {
  const response = await fetch(`https://copilotz.com/rest/tasks`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: `Bearer ${accessToken}`,
    },
    body: JSON.stringify(taskData),
  });

  if (response.ok) {
    const createdTask = await response.json();
    console.log("Task created successfully:", createdTask);
  } else {
    const error = await response.json();
    console.error("Failed to create task:", error.error.message);
  }
};

// Example task data
const taskData = {
  extId: "SUPPORT_56789",  // External ID for linking the task to external systems
  workflow: 2,  // Associated workflow ID
  currentStep: 1,  // Current step in the workflow
  status: "active",  // Initial status of the task
  name: "Resolve Customer Issue",  // Task name
  description: "Task to resolve a customer support issue.",
  context: {
    issue: "Account locked",
    priority: "high"
  }  // Arbitrary data for task context
};

createTask("your_access_token", taskData);

// Example of updating a task programmatically
const updateTask = async (accessToken, taskId, updateData) => {
  const response = await fetch(`https://copilotz.com/rest/tasks/${taskId}`, {
    method: "PUT",
    headers: {
      "Content-Type": "application/json",
      Authorization: `Bearer ${accessToken}`,
    },
    body: JSON.stringify(updateData),
  });

  if (response.ok) {
    const updatedTask = await response.json();
    console.log("Task updated successfully:", updatedTask);
  } else {
    const error = await response.json();
    console.error("Failed to update task:", error.error.message);
  }
};

// Example update data for progressing a task
const updateData = {
  currentStep: 2,  // Move to the next step
  status: "pending",  // Waiting for external action
  context: {
    emailSent: true
  }  // Update context with new information
};

updateTask("your_access_token", taskId, updateData);
